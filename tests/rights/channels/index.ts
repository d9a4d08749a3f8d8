export type { Channel, Setting } from './asking.ts';
export { card, history } from './cards.ts';
export { exported, filter, list } from './lists.ts';
export { group, report } from './reports.ts';
export { palette, search } from './search.ts';
export { sort } from './sort.ts';
