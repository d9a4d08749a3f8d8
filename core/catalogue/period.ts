/** Periods that are closed (x-entity `closes`) and the cards that belong to them (`period`). */
import { resolvePath } from '../expressions/catalogue-scope.ts';
import type { Refuse } from './fault.ts';
import type { Catalogue, Entity } from './types.ts';

/** Belongs to a period, or is one. */
export const hasPeriod = (entity: Entity): boolean =>
  entity.period !== undefined || entity.closes !== undefined;

/** What `closes` and `period` of a card name must be there, and be of its kind. */
export function checkPeriod(
  catalogue: Catalogue,
  entity: Entity,
  reachable: ReadonlySet<string>,
  refuse: Refuse,
): void {
  if (entity.closes) checkCloses(entity, refuse);
  if (!entity.period) return;
  if (entity.closes) refuse('/x-entity/period', 'Период сам к периоду не относится: оставьте одно');
  const { by, of } = entity.period;
  const end = resolvePath(catalogue, entity.id, by)?.end;
  const field = end?.kind === 'field' ? end.field : undefined;
  if (!field) refuse('/x-entity/period/by', `В карточке «${entity.id}» нет поля «${by}»`);
  if (of === undefined) {
    if (!catalogue.entities.get(field?.ref ?? '')?.closes)
      refuse('/x-entity/period/by', `Поле «${by}» не ссылается на период, который закрывают`);
    return;
  }
  if (field?.kind !== 'date') refuse('/x-entity/period/by', `Поле «${by}» не дата: с «of» нужна дата`);
  const target = reachable.has(of) ? catalogue.entities.get(of) : undefined;
  if (!target?.closes)
    refuse('/x-entity/period/of', `Карточка «${of}» не период в модуле и в тех, что он требует`);
}

function checkCloses(entity: Entity, refuse: Refuse): void {
  const { field, from, to } = entity.closes as NonNullable<Entity['closes']>;
  const flag = entity.fields.get(field);
  if (flag?.kind !== 'boolean' || !flag.computed)
    refuse(
      '/x-entity/closes/field',
      `Поле «${field}» должно быть «да или нет» с x-computed: его ведёт система`,
    );
  for (const [key, path] of [
    ['from', from],
    ['to', to],
  ] as const)
    if (entity.fields.get(path)?.kind !== 'date')
      refuse(`/x-entity/closes/${key}`, `В карточке «${entity.id}» нет даты «${path}»`);
}
