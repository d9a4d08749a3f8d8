// Made by `npm run gen` from the cards of this plugin. Do not edit.

/**
 * Regulated facts about one organisation: names, authorities, address, registration codes, equipment.
 */
export interface OrganisationCard {
  fullName: string;
  shortName: string;
  type: string;
  legalForm?: string;
  number?: string;
  authority?: string;
  settlement?: string;
  director?: string;
  deputyStudies?: string;
  deputyFacilities?: string;
  deputyInformatics?: string;
  city?: string;
  /**
   * A postal address in Russia, in parts.
   */
  legalAddress?: {
    postcode?: string;
    region?: string;
    municipality?: string;
    city?: string;
    street?: string;
    house?: string;
    flat?: string;
  };
  phones?: string[];
  email?: string;
  website?: string;
  inn?: string;
  kpp?: string;
  ogrn?: string;
  ogrnip?: string;
  okpo?: string;
  okato?: string;
  okogu?: string;
  charter?: string;
  videoSurveillance?: boolean;
  internetComputers?: number;
  contentFilter?: string;
  internetSpeed?: number;
}
