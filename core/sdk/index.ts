/** '#sdk': everything a plugin may import. Re-exports only. */

export type { DemoAddress, DemoChange, DemoForm, DemoRequest, DemoSignIn } from '../demo/context.ts';
export { DemoContext } from '../demo/context.ts';
export type { DemoDocument } from '../demo/identifiers.ts';
export type { DemoPerson, Family, Sex } from '../demo/people.ts';
export type { Random } from '../demo/random.ts';
export { addDays, addYears, ageOn } from '../demo/random.ts';
export type { DemoOrganisation, DemoTown, OrganisationKind } from '../demo/region.ts';
export type { BulkRecord } from '../storage/bulk.ts';
