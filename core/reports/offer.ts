/** Which reports are offered to a reader, how they are described, and in what forms they may leave. */
import type { Actor } from '../access/actor.ts';
import { findRights } from '../access/rights.ts';
import type { Catalogue, ReportFile } from '../catalogue/types.ts';
import { captions, type Language } from '../forms/captions.ts';
import type { ReportFormat, ReportSummary } from './dataset.ts';
import { type ReportDefinition, shapeOf } from './definition.ts';
import { defaultOf } from './parameters.ts';
import { inLanguage } from './texts.ts';

export interface InstalledReport {
  file: ReportFile;
  definition: ReportDefinition;
}

/** For the role, of a switched-on module, over cards that may be read. */
export function isVisible(catalogue: Catalogue, report: InstalledReport, actor: Actor): boolean {
  const { audience, source } = report.definition;
  if (!actor.plugins.has(report.file.plugin)) return false;
  if (audience && !audience.includes(actor.role)) return false;
  return findRights(catalogue, actor, source)?.can('read') ?? false;
}

/** A sheet is a bulk export, which is a right of its own (IE4). */
export function formatsOf(catalogue: Catalogue, definition: ReportDefinition, actor: Actor): ReportFormat[] {
  if (shapeOf(definition) === 'document') return ['json', 'html', 'pdf'];
  const exported = findRights(catalogue, actor, definition.source)?.can('export') ?? false;
  return exported ? ['json', 'html', 'pdf', 'xlsx', 'csv'] : ['json', 'html', 'pdf'];
}

export function summaryOf(
  catalogue: Catalogue,
  { file, definition: written }: InstalledReport,
  actor: Actor,
  language: Language,
): ReportSummary {
  const text = captions(catalogue, file.plugin, language);
  const definition = inLanguage(catalogue, file, written, language);
  const { properties = {}, required = [] } = definition.parameters ?? {};
  const resolved = Object.entries(properties).map(([name, parameter]) => {
    const { default: _, ...rest } = parameter;
    const value = defaultOf(parameter, actor.today);
    return [name, value === undefined ? rest : { ...rest, default: value }] as const;
  });
  return {
    id: file.id,
    title: definition.title,
    ...(definition.description ? { description: definition.description } : {}),
    area: text('plugin', catalogue.plugins.get(file.plugin)?.title ?? file.plugin),
    plugin: file.plugin,
    shape: shapeOf(definition),
    source: definition.source,
    unit: definition.unit ?? '',
    parameters: { type: 'object', required, properties: Object.fromEntries(resolved) },
    formats: formatsOf(catalogue, definition, actor),
  };
}
