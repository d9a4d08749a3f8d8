const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids of records as they are given out; no other spelling of one (SC6). */
export const isUuid = (text: string): boolean => UUID.test(text);
