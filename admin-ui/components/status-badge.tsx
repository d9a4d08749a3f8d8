import type { ReactNode } from 'react';
import './status-badge.css';

/** A short word of state. The tone repeats what the word says; colour alone never carries meaning. */
export function StatusBadge({
  tone,
  children,
}: {
  tone: 'ok' | 'warn' | 'danger' | 'info' | 'plain';
  children: ReactNode;
}) {
  return (
    <span className="k-badge" data-tone={tone}>
      {children}
    </span>
  );
}
