/**
 * A report in the reader's language: titles come from the locale of its plugin by `report.<id>.column.<key>` and
 * the like. Papers and files are Russian, whoever makes them: they are official.
 */
import type { Catalogue, ReportFile } from '../catalogue/types.ts';
import { captions, type Language } from '../forms/captions.ts';
import { columnKey, type ParameterDefinition, type ReportDefinition } from './definition.ts';

export const truthWord = (value: boolean, language: Language): string =>
  language === 'en' ? (value ? 'yes' : 'no') : value ? 'да' : 'нет';

type Titled = { key: string; title: string };

export function inLanguage(
  catalogue: Catalogue,
  file: ReportFile,
  definition: ReportDefinition,
  language: Language,
): ReportDefinition {
  if (language === 'ru') return definition;
  const text = captions(catalogue, file.plugin, language);
  const of = `report.${file.id}`;
  const titled = <T extends Titled>(kind: string, parts: T[]): T[] =>
    parts.map(part => ({ ...part, title: text(`${of}.${kind}.${part.key}`, part.title) }));
  const { description, unit, parameters, columns, groups, measures } = definition;
  return {
    ...definition,
    title: text(of, definition.title),
    ...(description ? { description: text(`${of}.description`, description) } : {}),
    ...(unit ? { unit: text(`${of}.unit`, unit) } : {}),
    ...(definition.home ? { home: { text: text(`${of}.home`, definition.home.text) } } : {}),
    ...(parameters
      ? { parameters: { ...parameters, properties: ofParameters(parameters.properties, of, text) } }
      : {}),
    ...(columns
      ? {
          columns: columns.map((column, index) => {
            const title = text(`${of}.column.${columnKey(column, index)}`, column.title ?? '');
            return title === '' ? column : { ...column, title };
          }),
        }
      : {}),
    ...(groups
      ? {
          groups: titled('group', groups).map(group => ({
            ...group,
            empty: text(`${of}.group.${group.key}.empty`, 'Not given'),
          })),
        }
      : {}),
    ...(measures ? { measures: titled('measure', measures) } : {}),
  };
}

function ofParameters(
  properties: Record<string, ParameterDefinition>,
  of: string,
  text: (key: string, russian: string) => string,
): Record<string, ParameterDefinition> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, parameter]) => [
      name,
      {
        ...parameter,
        title: text(`${of}.parameter.${name}`, parameter.title),
        ...(parameter.description
          ? { description: text(`${of}.parameter.${name}.description`, parameter.description) }
          : {}),
      },
    ]),
  );
}

/** Every key of a report that `locales/en.json` of its plugin must have. */
export function reportKeys(file: ReportFile, definition: ReportDefinition): string[] {
  const of = `report.${file.id}`;
  const { description, unit, parameters, columns = [], groups = [], measures = [] } = definition;
  return [
    of,
    ...(description ? [`${of}.description`] : []),
    ...(unit ? [`${of}.unit`] : []),
    ...(definition.home ? [`${of}.home`] : []),
    ...Object.entries(parameters?.properties ?? {}).flatMap(([name, parameter]) => [
      `${of}.parameter.${name}`,
      ...(parameter.description ? [`${of}.parameter.${name}.description`] : []),
    ]),
    ...columns.map((column, index) => `${of}.column.${columnKey(column, index)}`),
    ...groups.flatMap(group => [
      `${of}.group.${group.key}`,
      ...(group.empty ? [`${of}.group.${group.key}.empty`] : []),
    ]),
    ...measures.map(measure => `${of}.measure.${measure.key}`),
  ];
}
