/**
 * Files of cards (IE5, IE6). A file may hold whatever its card may, so it is open to whom every field of the card
 * is open in this very row; adding and deleting need the right to change the card. The gateway answers for the
 * card before a byte is taken or sent.
 */
import { randomUUIDv7 } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Actor } from '../access/actor.ts';
import { notFound, Problem } from '../problems.ts';
import { auditEntry } from '../storage/audit-entry.ts';
import type { CardInHand } from '../storage/card-access.ts';
import type { Tx } from '../storage/database.ts';
import type { Gateway } from '../storage/gateway.ts';
import type { BlobStore, Incoming } from './blob-store.ts';
import { type Kind, kindById, kindOf } from './kinds.ts';
import { fileName } from './names.ts';

export interface FileEntry {
  id: string;
  name: string;
  /** `pdf`, `png` … */
  kind: string;
  /** Bytes. */
  size: number;
  /** Who added it, and when (ISO instant). */
  by: string;
  at: string;
}

export interface OpenedFile {
  entry: FileEntry;
  media: string;
  bytes: Readable;
}

export interface CardKey {
  entity: string;
  id: string;
}

const MAX_FILES = 100;
const COLUMNS = 'id, name, kind, size, user_name as by, created_at as at';

export class CardFiles {
  readonly #gateway: Gateway;
  readonly #blobs: BlobStore;

  constructor(deps: { gateway: Gateway; blobs: BlobStore }) {
    this.#gateway = deps.gateway;
    this.#blobs = deps.blobs;
  }

  async list(actor: Actor, card: CardKey): Promise<FileEntry[]> {
    return this.#gateway.withCard(actor, card.entity, card.id, 'read', (tx, held) =>
      tx.query<FileEntry>({
        text: `select ${COLUMNS} from file
                where organisation_id = $1 and entity = $2 and record_id = $3 and deleted_at is null
                order by created_at, id`,
        values: keyOf(held),
      }),
    );
  }

  /** To be asked before the body of an upload is read. @throws NOT_FOUND, FORBIDDEN */
  async assertMayAdd(actor: Actor, card: CardKey): Promise<void> {
    await this.#gateway.withCard(actor, card.entity, card.id, 'update', assertRoom);
  }

  /**
   * The same content under the same name again is the file that is there already.
   *
   * @param cut  says, after all bytes have come, whether they were too many
   * @throws FILE_TOO_LARGE, FILE_KIND, FILE_EMPTY, FILES_TOO_MANY, NOT_FOUND, FORBIDDEN
   */
  async add(
    actor: Actor,
    card: CardKey,
    sent: { name: string; bytes: Readable; cut: () => boolean },
  ): Promise<FileEntry> {
    const incoming = await this.#blobs.receive(sent.bytes);
    let kept = false;
    try {
      if (sent.cut()) throw tooLarge();
      const kind = await this.#kindOf(incoming);
      await incoming.keep();
      kept = true;
      return await this.#gateway.withCard(actor, card.entity, card.id, 'update', (tx, held) =>
        insert(tx, actor, held, { name: fileName(sent.name, kind), kind, incoming }),
      );
    } finally {
      if (!kept) await incoming.drop();
    }
  }

  async #kindOf({ handle, size }: Incoming): Promise<Kind> {
    if (size === 0) throw new Problem('FILE_EMPTY', 422, 'Файл пуст', 'В файле ничего нет');
    const kind = await kindOf(handle, size);
    if (kind) return kind;
    throw new Problem(
      'FILE_KIND',
      415,
      'Такой файл не принимается',
      'Принимаются PDF, PNG, JPEG, DOCX и XLSX без макросов и текст в UTF-8; вид узнаётся по содержанию',
    );
  }

  async open(actor: Actor, card: CardKey, fileId: string): Promise<OpenedFile> {
    const { entry, sha256 } = await this.#gateway.withCard(
      actor,
      card.entity,
      card.id,
      'read',
      async (tx, held) => {
        const found = await one(tx, held, fileId);
        await note(tx, actor, held, 'file-read', fileId);
        return found;
      },
    );
    const media = kindById(entry.kind)?.media;
    const bytes = await this.#blobs.read(sha256, entry.size);
    if (media && bytes) return { entry, media, bytes };
    throw new Problem(
      'FILE_LOST',
      503,
      'Файл недоступен',
      'Содержимого файла нет на диске сервера: сообщите в поддержку',
    );
  }

  async remove(actor: Actor, card: CardKey, fileId: string): Promise<void> {
    await this.#gateway.withCard(actor, card.entity, card.id, 'update', async (tx, held) => {
      await one(tx, held, fileId);
      await tx.query({
        text: 'update file set deleted_at = now() where organisation_id = $1 and id = $2',
        values: [held.organisationId, fileId],
      });
      await note(tx, actor, held, 'file-delete', fileId);
    });
  }
}

const keyOf = (held: CardInHand) => [held.organisationId, held.entity.id, held.id];

async function one(tx: Tx, held: CardInHand, fileId: string): Promise<{ entry: FileEntry; sha256: string }> {
  const [row] = await tx.query<FileEntry & { sha256: string }>({
    text: `select ${COLUMNS}, sha256 from file
            where organisation_id = $1 and entity = $2 and record_id = $3 and id = $4 and deleted_at is null`,
    values: [...keyOf(held), fileId],
  });
  if (!row) throw notFound('Такого файла нет или он вам недоступен');
  const { sha256, ...entry } = row;
  return { entry, sha256 };
}

async function insert(
  tx: Tx,
  actor: Actor,
  held: CardInHand,
  { name, kind, incoming }: { name: string; kind: Kind; incoming: Incoming },
): Promise<FileEntry> {
  await assertRoom(tx, held);
  const id = randomUUIDv7();
  const [made] = await tx.query<FileEntry>({
    text: `insert into file (organisation_id, entity, record_id, id, name, kind, size, sha256, user_id, user_name)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           on conflict (organisation_id, entity, record_id, sha256, name) where deleted_at is null do nothing
           returning ${COLUMNS}`,
    values: [...keyOf(held), id, name, kind.id, incoming.size, incoming.sha256, actor.userId, actor.name],
  });
  if (made) {
    await note(tx, actor, held, 'file-add', id);
    return made;
  }
  const [known] = await tx.query<FileEntry>({
    text: `select ${COLUMNS} from file where organisation_id = $1 and entity = $2 and record_id = $3
              and sha256 = $4 and name = $5 and deleted_at is null`,
    values: [...keyOf(held), incoming.sha256, name],
  });
  if (known) return known;
  throw new Problem('CONFLICT', 409, 'Повторите', 'Этот файл только что удалили: добавьте его ещё раз');
}

async function assertRoom(tx: Tx, held: CardInHand): Promise<void> {
  const [row] = await tx.query<{ files: number }>({
    text: `select count(*)::int as files from file
            where organisation_id = $1 and entity = $2 and record_id = $3 and deleted_at is null`,
    values: keyOf(held),
  });
  if ((row?.files ?? 0) >= MAX_FILES)
    throw new Problem(
      'FILES_TOO_MANY',
      422,
      'Файлов слишком много',
      `У карточки не больше ${MAX_FILES} файлов`,
    );
}

/** The name of a file may tell of a person: the audit holds its id only. */
async function note(
  tx: Tx,
  actor: Actor,
  held: CardInHand,
  action: 'file-add' | 'file-read' | 'file-delete',
  file: string,
): Promise<void> {
  await tx.query(
    auditEntry(actor, { action, entity: held.entity.id, recordId: held.id, records: 1, details: { file } }),
  );
}

export const MAX_FILE_BYTES = 20 * 1024 * 1024;
export const tooLarge = () =>
  new Problem('FILE_TOO_LARGE', 413, 'Файл слишком велик', `Файл больше ${MAX_FILE_BYTES / 1024 / 1024} МиБ`);
