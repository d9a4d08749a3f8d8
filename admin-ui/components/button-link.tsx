import { Button, type ButtonProps } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface ButtonLinkProps extends ButtonProps {
  to: string;
  children: ReactNode;
}

/** A link that looks like a button. */
export function ButtonLink({ to, children, ...rest }: ButtonLinkProps) {
  return (
    <Button {...rest} renderRoot={props => <Link to={to} {...props} />}>
      {children}
    </Button>
  );
}
