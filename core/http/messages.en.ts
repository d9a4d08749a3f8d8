/**
 * English texts of problems by code, for `Accept-Language: en`. A code without a text here answers in Russian.
 * `detail` may be left out where the Russian detail names a place: then the English title stands alone.
 */
export const PROBLEMS_EN: Record<string, { title: string; detail: string }> = {
  NOT_FOUND: { title: 'Not found', detail: 'There is no such record, or it is not available to you' },
  ROUTE_UNKNOWN: { title: 'Not found', detail: 'There is no such address' },
  FORBIDDEN: { title: 'No right', detail: 'Your role does not hold this right' },
  FIELD_UNKNOWN: { title: 'Unknown field', detail: 'There is no such field' },
  INVALID: { title: 'Check the fields', detail: 'Not saved: correct the fields named below' },
  QUERY_INVALID: { title: 'Request not understood', detail: 'Check the parameters named below' },
  BODY_INVALID: { title: 'Request not understood', detail: 'Check the fields named below' },
  JSON_BROKEN: { title: 'Data not read', detail: 'The JSON is broken at the line and column given' },
  JSON_TOO_DEEP: { title: 'Data not read', detail: 'The JSON is nested too deeply' },
  JSON_TOO_MANY_KEYS: { title: 'Data not read', detail: 'The JSON has too many fields' },
  JSON_FORBIDDEN_KEY: { title: 'Data not read', detail: 'The JSON has a forbidden field name' },
  JSON_DUPLICATE_KEY: { title: 'Data not read', detail: 'The JSON gives one field twice' },
  JSON_NUMBER: { title: 'Data not read', detail: 'A number is too large' },
  JSON_TEXT: { title: 'Data not read', detail: 'A text has a character that is not allowed' },
  BODY_TOO_LARGE: { title: 'Too large', detail: 'The request is larger than 1 MiB' },
  BODY_EMPTY: { title: 'Request not understood', detail: 'The body is empty' },
  BODY_ENCODING: { title: 'Request not understood', detail: 'The body must be UTF-8 and not compressed' },
  MEDIA_TYPE: { title: 'Unknown kind of data', detail: 'Send the body as application/json' },
  ADDRESS_INVALID: {
    title: 'Request not understood',
    detail: 'The address has characters that are not allowed',
  },
  METHOD_INVALID: { title: 'Request not understood', detail: 'This address does not take this method' },
  SIGNED_OUT: { title: 'Sign in', detail: 'You are not signed in, or your session has ended' },
  SIGN_IN_REFUSED: { title: 'Not signed in', detail: 'Wrong sign-in name or password' },
  SIGN_IN_DELAYED: { title: 'Wait', detail: 'Too many failed attempts. Try again later' },
  NO_APPOINTMENT: { title: 'No appointment', detail: 'You hold no appointment that is valid today' },
  APPOINTMENT_REFUSED: { title: 'No right', detail: 'This appointment is not yours or is not valid today' },
  CSRF: {
    title: 'Request refused',
    detail: 'The request does not come from this application. Reload the page',
  },
  ORIGIN: { title: 'Request refused', detail: 'The request comes from another site' },
  PRECONDITION_REQUIRED: { title: 'Version needed', detail: 'Send the version of the record in If-Match' },
  STALE: { title: 'The record has changed', detail: 'Somebody has changed this record meanwhile' },
  CURSOR_STALE: { title: 'The list has changed', detail: 'Start the list from its first page' },
  CURSOR_INVALID: {
    title: 'Request not understood',
    detail: 'The page mark is not valid. Start from the first page',
  },
  EXPRESSION_INVALID: {
    title: 'Condition not understood',
    detail: 'Check the condition at the place named below',
  },
  PERSON_EXISTS: { title: 'This person exists', detail: 'A person with these data is known already' },
  FACET_EXISTS: { title: 'The card exists', detail: 'This person has such a card in your organisation' },
  DUPLICATE: { title: 'Already exists', detail: 'There is a record with this value already' },
  RATE_LIMITED: { title: 'Too many requests', detail: 'Wait a little and try again' },
  OVERLOADED: { title: 'The server is busy', detail: 'Try again in a few seconds' },
  DATABASE_AWAY: { title: 'The database is away', detail: 'Nothing was saved. Try again in a minute' },
  PASSWORD_WEAK: { title: 'The password is not good enough', detail: 'Choose another password' },
  PASSWORD_WRONG: { title: 'Wrong password', detail: 'The present password is wrong' },
  INTERNAL: { title: 'Fault of the server', detail: 'Nothing is lost. Tell support the incident code' },
  TIMEOUT: { title: 'Took too long', detail: 'The server stopped a request that took too long' },
};

/** English texts of faults of one place, by code. */
export const PLACES_EN: Record<string, string> = {
  FIELD_UNKNOWN: 'There is no such field',
  REQUIRED: 'This is required',
  PARAMETER_UNKNOWN: 'There is no such parameter',
};
