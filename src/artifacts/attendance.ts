import type { Kysely } from 'kysely';
import type { AttendanceRecord, Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { ArtifactRow } from './artifact.ts';

/** Who was there, as Microsoft told it. Throws `not_found` when it is deleted. */
export async function readAttendance(
  { db }: { db: Kysely<Database> },
  row: Pick<ArtifactRow, 'id'>,
): Promise<AttendanceRecord[]> {
  const found = await db.selectFrom('artifacts').select('attendance').where('id', '=', row.id).executeTakeFirst();
  if (!found?.attendance) throw new Problem('not_found');
  return found.attendance;
}

/** Longer than any name or address. */
const longestText = 320;

/**
 * Records as they are stored: in the order in which people came, because Microsoft's lists have none, and without the
 * characters that PostgreSQL does not store, because guests choose their names.
 */
export function attendanceJson(records: readonly AttendanceRecord[]): string {
  const kept = records.map((record) => ({
    ...record,
    name: storable(record.name),
    email: storable(record.email),
    objectId: storable(record.objectId),
    role: storable(record.role),
    intervals: record.intervals.toSorted((one, other) => compare(one.joinedAt, other.joinedAt)),
  }));
  return JSON.stringify(
    kept.toSorted((one, other) => compare(cameAt(one), cameAt(other)) || compare(one.name ?? '', other.name ?? '')),
  );
}

function storable(text: string | null): string | null {
  const plain = (text ?? '')
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return plain.slice(0, longestText).toWellFormed() || null;
}

/** Who has no times comes last. */
function cameAt({ intervals }: AttendanceRecord): string {
  return intervals[0]?.joinedAt ?? '\uFFFF';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

const columns = ['Name', 'Email', 'Role', 'Joined (UTC)', 'Left (UTC)', 'Seconds', 'Seconds in total'];

/**
 * Who was there, as CSV (RFC 4180) for a spreadsheet: one row for each stay, so that times can be sorted and summed; who
 * has no times has one row as well. It begins with a byte order mark, without which Excel takes UTF-8 for Latin-1.
 */
export function writeAttendanceCsv(records: readonly AttendanceRecord[]): string {
  const rows = records.flatMap(({ name, email, role, totalSeconds, intervals }) => {
    const person = [name ?? '', email ?? '', role ?? ''];
    if (intervals.length === 0) return [[...person, '', '', '', String(totalSeconds)]];
    return intervals.map(({ joinedAt, leftAt, seconds }) => [
      ...person,
      instantText(joinedAt),
      instantText(leftAt),
      String(seconds),
      String(totalSeconds),
    ]);
  });
  return `\uFEFF${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

/** Whole seconds: nobody asks for more. */
function instantText(instant: string): string {
  return instant.replace(/\.\d+(?=Z$)/, '');
}

/**
 * A cell that is only text. What a spreadsheet would take for a formula gets an apostrophe, because names are what guests
 * say that they are (https://owasp.org/www-community/attacks/CSV_Injection); numbers are ours, and stay numbers.
 */
function cell(value: string): string {
  const plain = value.replace(/[\p{Cc}\p{Cs}]+/gu, ' ');
  const harmless = /^\s*[=+\-@＝＋－＠]/.test(plain) && !/^-?\d+$/.test(plain) ? `'${plain}` : plain;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
