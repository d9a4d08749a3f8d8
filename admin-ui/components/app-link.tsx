import { Link } from '@tanstack/react-router';
import type { ComponentProps, ReactNode } from 'react';

interface AppLinkProps extends Omit<ComponentProps<'a'>, 'href'> {
  /** Address made by `links`, with its parameters filled in. */
  to: string;
  /** Search parameters: sort, after, view. */
  search?: Record<string, string>;
  children: ReactNode;
}

/** A link that changes the screen without loading the page again. */
export function AppLink({ to, search, children, ...rest }: AppLinkProps) {
  return (
    <Link to={to} {...(search ? { search } : {})} {...(rest as object)}>
      {children}
    </Link>
  );
}
