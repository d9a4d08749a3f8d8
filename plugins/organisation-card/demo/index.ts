/** The 27 facts of every organisation (S001-П1-1.1-ОО), with a few gaps. */
import type { BulkRecord, DemoContext, DemoOrganisation } from '#sdk';

export async function demo(context: DemoContext): Promise<void> {
  await context.insert(
    'organisation-card',
    context.organisations.map(organisation => card(context, organisation)),
  );
}

function card(context: DemoContext, organisation: DemoOrganisation): BulkRecord {
  const { random, identifiers } = context;
  const { town, municipality } = organisation;
  const head = holder(context, organisation, 'director', 'zaveduyushchij');
  const deputies = {
    deputyStudies: holder(context, organisation, 'dep-uvr', 'dep-ur', 'st-vospitatel'),
    deputyFacilities: holder(context, organisation, 'dep-ahr'),
    deputyInformatics: holder(context, organisation, 'dep-it'),
  };
  const absent = Object.entries(deputies).flatMap(([field, id]) => (id === undefined ? [field] : []));
  if (organisation.number === undefined) absent.push('number');
  const inn = identifiers.inn10();
  const vocational = organisation.types[0] === 'vocational';
  const founded = random.int(1996, 2012);
  const website = organisation.key === 'additional-3' ? undefined : `https://${organisation.key}.example.ru`;
  if (website === undefined) absent.push('website');
  return {
    id: context.newId(),
    organisationId: organisation.id,
    fullName: organisation.fullName,
    shortName: organisation.name,
    type: organisation.types[0],
    legalForm: organisation.legalForm,
    ...(organisation.number === undefined ? {} : { number: organisation.number }),
    authority: vocational ? 'Министерство образования Приозёрского края' : municipality.authority,
    settlement: town.settlement,
    ...(head === undefined ? {} : { director: head }),
    ...Object.fromEntries(Object.entries(deputies).filter(([, id]) => id !== undefined)),
    city: town.name,
    legalAddress: {
      postcode: `${town.postcode}${random.int(10, 49)}`,
      region: 'Приозёрский край',
      municipality: municipality.name,
      city: town.name,
      street: organisation.street,
      house: organisation.house,
    },
    phones: Array.from({ length: random.int(1, 3) }, () => identifiers.phone(town.phoneCode)),
    email: `${organisation.key}@example.ru`,
    ...(website === undefined ? {} : { website }),
    inn,
    kpp: identifiers.kpp(inn),
    ogrn: identifiers.ogrn(founded),
    ...gap(context, { okpo: identifiers.okpo() }),
    ...gap(context, { okato: `02${random.digits(9)}` }),
    ...gap(context, { okogu: vocational ? '2300223' : '4210007' }),
    charter: `Утверждён ${vocational ? 'приказом министерства' : 'постановлением администрации'} от ${String(random.int(10, 28))}.${String(random.int(10, 12))}.${random.int(2014, 2022)} № ${random.int(40, 990)}`,
    videoSurveillance: random.chance(0.9),
    internetComputers: Math.max(3, Math.round(organisation.children / random.int(6, 12))),
    ...gap(context, {
      contentFilter: random.pick(['Фильтр оператора связи', 'Программа на сервере организации']),
    }),
    ...gap(context, { internetSpeed: town.settlement === 'rural' ? 30 : random.pick([50, 100, 100, 300]) }),
    absent,
  };
}

/** Nobody has filled every card. */
const gap = (context: DemoContext, fact: Record<string, unknown>) =>
  context.random.chance(0.88) ? fact : {};

function holder(
  context: DemoContext,
  organisation: DemoOrganisation,
  ...posts: string[]
): string | undefined {
  return context
    .records('staff-member')
    .find(staff => staff.organisationId === organisation.id && posts.includes(staff.mainPosition as string))
    ?.id;
}
