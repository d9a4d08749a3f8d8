/** Order of lists that people look through. */
export const byTitle = (left: { title: string }, right: { title: string }): number =>
  left.title.localeCompare(right.title, 'ru');
