import { type ReactNode, useId } from 'react';
import { ErrorBoundary } from '../../components/error-boundary.tsx';

/** One part of the home screen; if it breaks, the others stay. */
export function Block({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="k-panel k-block" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ErrorBoundary>{children}</ErrorBoundary>
    </section>
  );
}
