import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from './found.ts';

/** What one answer of an API can be at most: pages have 100 entries, so this is a hundred times what they need. */
const mostBytes = 50 * 1024 * 1024;

export type JsonFile = { file: string; json: unknown };

/**
 * Reads JSON files, and those of folders (not of the folders in them), in the order of their names. What cannot be read
 * is told as a fault of the file.
 */
export async function readFiles(paths: readonly string[]): Promise<{ files: JsonFile[]; faults: Fault[] }> {
  const files: JsonFile[] = [];
  const faults: Fault[] = [];
  for (const path of paths) {
    try {
      for (const file of await filesAt(path)) {
        const read = await readJson(file);
        if ('json' in read) files.push(read);
        else faults.push(read);
      }
    } catch (error) {
      faults.push({ file: path, pointer: '', message: `Cannot be read: ${wordsOf(error)}` });
    }
  }
  return { files, faults };
}

async function filesAt(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.toLowerCase().endsWith('.json')).toSorted();
  if (names.length === 0) throw new Error('there is no .json file in this folder.');
  return names.map((name) => join(path, name));
}

async function readJson(file: string): Promise<JsonFile | Fault> {
  const about = await stat(file);
  if (!about.isFile()) return { file, pointer: '', message: 'This is no file.' };
  if (about.size > mostBytes) {
    const message = `It has ${Math.ceil(about.size / 1024 / 1024)} MB; at most ${mostBytes / 1024 / 1024} MB are read. Save the pages one by one.`;
    return { file, pointer: '', message };
  }
  const text = (await readFile(file, 'utf8')).replace(/^\uFEFF/, '');
  try {
    return { file, json: JSON.parse(text) as unknown };
  } catch (error) {
    return { file, pointer: '', message: `This is not JSON: ${wordsOf(error)}` };
  }
}

function wordsOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ENOENT') return 'there is no such file.';
  if (code === 'EACCES') return 'this program may not read it.';
  return message ?? String(error);
}
