/**
 * The reports of the system: which there are for a reader, and running one.
 *
 * Every run uses the rights of who runs it, in a read-only transaction with a time limit, and leaves an audit row
 * with the number of records before the answer goes out (AU3).
 */
import { join } from 'node:path';
import type { Actor } from '../access/actor.ts';
import { isPersonal, pathsIn } from '../access/personal.ts';
import type { AuditEvent, AuditLog } from '../audit/audit-log.ts';
import type { Catalogue, ReportFile } from '../catalogue/types.ts';
import { type Clock, systemClock } from '../clock.ts';
import { projectRoot } from '../config.ts';
import { writeTableCsv } from '../documents/csv.ts';
import { renderHtml } from '../documents/html-out.ts';
import { PdfMaker } from '../documents/pdf.ts';
import { makeStamp } from '../documents/stamp.ts';
import type { DocumentTree, Stamp } from '../documents/types.ts';
import { writeTableXlsx } from '../documents/xlsx.ts';
import { captions, type Language } from '../forms/captions.ts';
import { catalogueOf } from '../forms/catalogue-of.ts';
import { badRequest, forbidden, invalid, notFound, Problem } from '../problems.ts';
import { sql } from '../query/sql.ts';
import { Sandbox } from '../sandbox/sandbox.ts';
import type { Database } from '../storage/database.ts';
import {
  type CompileContext,
  type CompiledReport,
  compileReport,
  drillStatement,
  runStatement,
} from './compile.ts';
import type {
  Dataset,
  DatasetColumn,
  DocumentAnswer,
  DrillAnswer,
  ReportFormat,
  ReportNotice,
  ReportRunRequest,
  ReportSummary,
} from './dataset.ts';
import { type ReportDefinition, shapeOf } from './definition.ts';
import { checkDefinition } from './definition-check.ts';
import { composeDocument } from './document.ts';
import { formatsOf, type InstalledReport, isVisible, summaryOf } from './offer.ts';
import { parseDefinition } from './own-report.ts';
import { type ParameterWords, parametersInWords, resolveParameters } from './parameters.ts';
import { type RawAnswer, readAnswer } from './read.ts';
import { signaturesOf } from './signatures.ts';
import { type ReportSource, reportSources } from './sources.ts';
import { sheetOf, treeOf } from './table.ts';
import { inLanguage } from './texts.ts';

export interface ReportsOptions {
  database: Database;
  catalogue: Catalogue;
  audit: AuditLog;
  clock?: Clock;
  /** IANA name, for the date of composing. Default Europe/Moscow. */
  timeZone?: string;
  log?: { warn(details: object, text: string): void };
}

export type ReportOutcome =
  | { kind: 'json'; body: Dataset | DocumentAnswer | DrillAnswer }
  | { kind: 'file'; bytes: Uint8Array; mediaType: string; name: string; plainName: string };

export const MEDIA: Record<Exclude<ReportFormat, 'json'>, string> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
};
/** Rows that a screen and a paper hold (RP2). */
const SCREEN_ROWS = 10_000;
/** Rows of a sheet made within a request. */
const FILE_ROWS = 50_000;
const DRILL_ROWS = 500;
const TIMEOUT_MS = 10_000;
const NOTICE_TIMEOUT_MS = 3_000;
const partialsFolder = join(projectRoot, 'report-templates');

interface Run {
  definition: ReportDefinition;
  /** Where it comes from; absent for a definition sent by the reader. */
  file?: ReportFile;
  context: CompileContext;
  words: ParameterWords[];
  stamp: Stamp;
  at: Date;
  area: string;
}

export class Reports {
  readonly #options: ReportsOptions;
  readonly #clock: Clock;
  readonly #timeZone: string;
  readonly #sandbox = new Sandbox();
  readonly #pdf = new PdfMaker();
  readonly #definitions = new Map<string, InstalledReport>();

  constructor(options: ReportsOptions) {
    this.#options = options;
    this.#timeZone = options.timeZone ?? 'Europe/Moscow';
    this.#clock = options.clock ?? systemClock(this.#timeZone);
    for (const file of options.catalogue.reports.values()) {
      const [flaw] = checkDefinition(file.definition, options.catalogue);
      if (flaw) options.log?.warn({ report: file.id, ...flaw }, 'report left out: its definition is wrong');
      else {
        const definition = file.definition as unknown as ReportDefinition;
        this.#definitions.set(file.id, { file, definition });
      }
    }
  }

  /** Reports offered to the reader: for the role, of switched-on modules, over cards that may be read. */
  list(actor: Actor, language: Language): ReportSummary[] {
    return [...this.#definitions.values()]
      .filter(one => isVisible(this.#options.catalogue, one, actor))
      .map(one => summaryOf(this.#options.catalogue, one, actor, language))
      .sort((a, b) => a.title.localeCompare(b.title, language));
  }

  /** @throws NOT_FOUND */
  describe(actor: Actor, id: string, language: Language): ReportSummary & { definition: ReportDefinition } {
    const report = this.#find(actor, id);
    return { ...summaryOf(this.#options.catalogue, report, actor, language), definition: report.definition };
  }

  sources(actor: Actor, language: Language): ReportSource[] {
    return reportSources(catalogueOf(this.#options.catalogue, actor), actor, language);
  }

  /**
   * @throws NOT_FOUND, REPORT_INVALID, PARAM_UNKNOWN, INVALID, FIELD_UNKNOWN, REPORT_TOO_LARGE, FORBIDDEN,
   *   FORMAT_UNAVAILABLE, AS_OF_UNAVAILABLE, TIMEOUT
   *
   * @param admit  refuses by throwing, before a file with personal data of so many records is made
   */
  async run(
    actor: Actor,
    request: ReportRunRequest,
    language: Language = 'ru',
    admit?: (records: number) => Promise<void>,
  ): Promise<ReportOutcome> {
    const format = request.format ?? 'json';
    const run = await this.#prepare(actor, request, format, language);
    if (shapeOf(run.definition) === 'document') return this.#document(run, format);
    const compiled = compileReport(run.definition, run.context);
    if (request.drill) return this.#drill(run, compiled, request.drill);
    const dataset = await this.#dataset(run, compiled, format);
    if (format !== 'json' && listsPeople(run)) await admit?.(dataset.total.count);
    return this.#emit(run, dataset, format);
  }

  /** Reports that say on the overview how much waits; those that find nothing say nothing. */
  async notices(actor: Actor, language: Language): Promise<ReportNotice[]> {
    const { catalogue, database } = this.#options;
    const notices: ReportNotice[] = [];
    for (const one of this.#definitions.values()) {
      if (!one.definition.home || !isVisible(catalogue, one, actor)) continue;
      const definition = inLanguage(catalogue, one.file, one.definition, language);
      const params = resolveParameters(definition, {}, { catalogue, today: actor.today });
      const { query } = compileReport(definition, {
        catalogue,
        actor,
        params,
        ownReport: false,
        at: '',
        language,
      });
      const statement = query.toStatement(sql`select count(*)::int as count ${query.tail()}`);
      const [row] = await database.read<{ count: number }>(actor, statement, {
        timeoutMs: NOTICE_TIMEOUT_MS,
      });
      if (row && row.count > 0)
        notices.push({ report: definition.id, text: definition.home?.text ?? '', count: row.count });
    }
    return notices;
  }

  async close(): Promise<void> {
    await Promise.all([this.#sandbox.close(), this.#pdf.close()]);
  }

  #find(actor: Actor, id: string) {
    const found = this.#definitions.get(id);
    if (!found || !isVisible(this.#options.catalogue, found, actor)) throw notFound('Такого отчёта нет');
    return found;
  }

  async #prepare(
    actor: Actor,
    request: ReportRunRequest,
    format: ReportFormat,
    asked: Language,
  ): Promise<Run> {
    const { database } = this.#options;
    const catalogue = catalogueOf(this.#options.catalogue, actor);
    const { definition: written, file } = this.#chosen(actor, request);
    const language = format === 'json' && shapeOf(written) !== 'document' ? asked : 'ru';
    const definition = file ? inLanguage(catalogue, file, written, language) : written;
    checkDay(request.asOf, actor);
    this.#checkFormat(definition, actor, format);
    const params = resolveParameters(definition, request.parameters ?? {}, { catalogue, today: actor.today });
    const words = await parametersInWords(definition, params, { catalogue, database, actor, language });
    const area = this.#area(file, definition, language);
    const at = this.#clock.now();
    const role = catalogue.roles.get(actor.role);
    const roleTitle = (language === 'en' ? role?.titleEn : role?.title) ?? actor.role;
    const parameters = words.map(one => `${one.title}: ${one.text}`);
    const stamp = makeStamp(actor, area, at, { roleTitle, parameters, timeZone: this.#timeZone });
    const isExport = format === 'xlsx' || format === 'csv';
    const context: CompileContext = {
      catalogue,
      actor,
      params,
      ownReport: file === undefined,
      at: file === undefined ? '/definition' : '',
      action: isExport ? 'export' : 'read',
      language,
    };
    return { definition, ...(file ? { file } : {}), context, words, stamp, at, area };
  }

  #chosen(actor: Actor, request: ReportRunRequest): { definition: ReportDefinition; file?: ReportFile } {
    if ((request.report === undefined) === (request.definition === undefined)) {
      throw badRequest('REPORT_UNNAMED', 'Укажите одно из: report, definition');
    }
    if (request.report !== undefined) return this.#find(actor, request.report);
    const catalogue = catalogueOf(this.#options.catalogue, actor);
    const definition = parseDefinition(request.definition, catalogue, actor, '/definition');
    if (definition.print?.template) {
      const message = 'Шаблоны есть только у отчётов модулей';
      throw invalid([{ path: '/definition/print/template', code: 'REPORT_INVALID', message }], message);
    }
    return { definition };
  }

  /** The subsystem named on the paper: the module that the report, else the source, belongs to. */
  #area(file: ReportFile | undefined, definition: ReportDefinition, language: Language): string {
    const { catalogue } = this.#options;
    const plugin = file?.plugin ?? catalogue.entities.get(definition.source)?.plugin ?? '';
    const title = catalogue.plugins.get(plugin)?.title ?? 'Отчёты';
    return captions(catalogue, plugin, language)('plugin', title);
  }

  #checkFormat(definition: ReportDefinition, actor: Actor, format: ReportFormat): void {
    const formats = formatsOf(this.#options.catalogue, definition, actor);
    if (formats.includes(format)) return;
    if (shapeOf(definition) !== 'document') throw forbidden('Нет права на выгрузку этих карточек');
    throw new Problem(
      'FORMAT_UNAVAILABLE',
      422,
      'Так не выводится',
      `Этот документ выводится как ${formats.join(', ')}`,
    );
  }

  async #dataset(run: Run, compiled: CompiledReport, format: ReportFormat): Promise<Dataset> {
    const { definition, context, words, stamp } = run;
    const most = format === 'xlsx' || format === 'csv' ? FILE_ROWS : SCREEN_ROWS;
    const statement = runStatement(compiled, most + 1);
    const [answer] = await this.#options.database.read<RawAnswer>(context.actor, statement, {
      timeoutMs: TIMEOUT_MS,
    });
    const figures = readAnswer(compiled, answer!);
    if (figures.rows.length > most) throw tooLarge(most);
    return {
      report: {
        id: definition.id,
        title: definition.title,
        ...(definition.description ? { description: definition.description } : {}),
        unit: definition.unit ?? '',
        entity: definition.source,
        area: run.area,
      },
      columns: compiled.columns.map(look),
      measures: compiled.measures.shown.map(look),
      levels: compiled.groups.map(({ key, title }) => ({ key, title })),
      ...figures,
      totals: definition.totals ?? (compiled.measures.shown.length > 0 ? ['grand'] : []),
      parameters: words,
      asOf: context.actor.today,
      generatedAt: run.at.toISOString(),
      executor: stamp.executor,
      stamp,
    };
  }

  async #emit(run: Run, dataset: Dataset, format: ReportFormat): Promise<ReportOutcome> {
    const { definition, context, stamp } = run;
    let outcome: ReportOutcome;
    if (format === 'json') outcome = { kind: 'json', body: dataset };
    else if (format === 'xlsx') outcome = this.#file(run, format, await writeTableXlsx(sheetOf(dataset)));
    else if (format === 'csv') outcome = this.#file(run, format, writeTableCsv(sheetOf(dataset)));
    else {
      const print = definition.print ?? {};
      const { organisationId } = context.actor;
      const signatures = await signaturesOf(print.signatures ?? [], organisationId, {
        ...this.#options,
        actor: context.actor,
      });
      outcome = await this.#paper(run, treeOf(dataset, print, signatures), stamp, format);
    }
    await this.#record(run, format, dataset.total.count);
    return outcome;
  }

  async #document(run: Run, format: ReportFormat): Promise<ReportOutcome> {
    const { file, definition, context, stamp, words, at } = run;
    const { database } = this.#options;
    const tree = await composeDocument(definition, {
      ...context,
      database,
      sandbox: this.#sandbox,
      file: file!.file,
      partialsFolder,
      words,
      stamp,
    });
    const outcome: ReportOutcome =
      format === 'json'
        ? {
            kind: 'json',
            body: {
              report: { id: definition.id, title: definition.title },
              html: renderHtml(tree, stamp),
              generatedAt: at.toISOString(),
              executor: stamp.executor,
            },
          }
        : await this.#paper(run, tree, stamp, format);
    await this.#record(run, format, 1, String(context.params.record));
    return outcome;
  }

  async #paper(run: Run, tree: DocumentTree, stamp: Stamp, format: ReportFormat): Promise<ReportOutcome> {
    const bytes =
      format === 'pdf'
        ? await this.#pdf.makePdf(tree, stamp, run.at)
        : new TextEncoder().encode(renderHtml(tree, stamp));
    return this.#file(run, format as 'pdf' | 'html', bytes);
  }

  #file(run: Run, format: Exclude<ReportFormat, 'json'>, bytes: Uint8Array): ReportOutcome {
    const ending = `${run.context.actor.today}.${format}`;
    const name = `${run.definition.title} ${ending}`;
    const plainName = `${run.definition.id}-${ending}`;
    return { kind: 'file', bytes, mediaType: MEDIA[format], name, plainName };
  }

  async #drill(run: Run, compiled: CompiledReport, drill: NonNullable<ReportRunRequest['drill']>) {
    const { definition, context } = run;
    const allowed = definition.drill ?? true;
    if (allowed === false) throw badRequest('DRILL_INVALID', 'Показатели этого отчёта не раскрываются');
    const statement = drillStatement(compiled, drill, DRILL_ROWS);
    const [answer] = await this.#options.database.read<{ count: number; items: [string, string | null][] }>(
      context.actor,
      statement,
      { timeoutMs: TIMEOUT_MS },
    );
    const { count, items } = answer!;
    await this.#record(run, 'json', count);
    const body: DrillAnswer = {
      entity: definition.source,
      title: this.#plural(definition.source, context.language),
      count,
      items: items.map(([id, label]) => ({ id, label: label ?? '' })),
    };
    return { kind: 'json' as const, body };
  }

  #plural(entityId: string, language: Language): string {
    const entity = this.#options.catalogue.entities.get(entityId);
    if (!entity) return entityId;
    return captions(this.#options.catalogue, entity.plugin, language)(`plural.${entityId}`, entity.plural);
  }

  /** Ids and counts only: parameters may hold what people typed (AU8). */
  async #record(run: Run, format: ReportFormat, records: number, recordId?: string): Promise<void> {
    const actions = { json: 'report', html: 'print', pdf: 'print', xlsx: 'export', csv: 'export' } as const;
    const { definition, context, file } = run;
    const event: AuditEvent = {
      action: actions[format],
      actor: context.actor,
      address: context.actor.address,
      entity: definition.source,
      ...(recordId ? { recordId } : {}),
      records,
      details: {
        report: definition.id,
        version: definition.version,
        own: file === undefined,
        format,
        parameters: Object.keys(context.params),
      },
    };
    await this.#options.audit.write(event);
  }
}

/** A row of it, not a figure only, tells of a person. */
function listsPeople({ definition, context }: Run): boolean {
  const entity = context.catalogue.entities.get(definition.source);
  return (
    entity !== undefined &&
    [...pathsIn(definition.columns ?? [])].some(path => isPersonal(context.catalogue, entity, path))
  );
}

/** Only what the outside needs of a compiled column. */
function look(column: DatasetColumn): DatasetColumn {
  const { key, title, kind, align, format, width } = column;
  return { key, title, kind, align, ...(format ? { format } : {}), ...(width ? { width } : {}) };
}

function checkDay(asOf: string | undefined, actor: Actor): void {
  if (asOf === undefined || asOf === actor.today) return;
  const message = 'Отчёт строится только на сегодня';
  throw new Problem('AS_OF_UNAVAILABLE', 422, 'День не подходит', message, {
    errors: [{ path: '/asOf', code: 'AS_OF_UNAVAILABLE', message }],
  });
}

const tooLarge = (most: number) =>
  new Problem(
    'REPORT_TOO_LARGE',
    422,
    'Слишком большой отчёт',
    `В отчёте больше ${most.toLocaleString('ru-RU')} строк. Сузьте условия`,
  );
