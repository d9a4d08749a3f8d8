import type { Truth } from './rules.ts';

export const isTrue: Truth = () => false;
