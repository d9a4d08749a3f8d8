/** Addresses inside the application. Only ids stand in them, never names or other personal data. */
const part = encodeURIComponent;
const base = (appointment: string) => `/o/${part(appointment)}`;

export const links = {
  signIn: () => '/sign-in',
  home: (appointment: string) => base(appointment),
  list: (appointment: string, entity: string) => `${base(appointment)}/list/${part(entity)}`,
  card: (appointment: string, entity: string, id: string) =>
    `${base(appointment)}/card/${part(entity)}/${part(id)}`,
  newCard: (appointment: string, entity: string) => `${base(appointment)}/card/${part(entity)}/new`,
  reports: (appointment: string) => `${base(appointment)}/reports`,
  report: (appointment: string, id: string) => `${base(appointment)}/reports/${part(id)}`,
  modules: (appointment: string) => `${base(appointment)}/modules`,
  people: (appointment: string) => `${base(appointment)}/people`,
  forms: (appointment: string) => `${base(appointment)}/forms`,
  form: (appointment: string, entity: string) => `${base(appointment)}/forms/${part(entity)}`,
  dictionary: (appointment: string, id: string) => `${base(appointment)}/dictionaries/${part(id)}`,
  duplicates: (appointment: string) => `${base(appointment)}/duplicates`,
  requests: (appointment: string) => `${base(appointment)}/requests`,
  request: (appointment: string, id: string) => `${base(appointment)}/requests/${part(id)}`,
  security: (appointment: string) => `${base(appointment)}/security`,
  password: (appointment: string) => `${base(appointment)}/password`,
  /** A target written in a plugin's data without the appointment: `list/student`, `card/student/new`. */
  within: (appointment: string, to: string) => `${base(appointment)}/${to.replace(/^\/+/, '')}`,
};
