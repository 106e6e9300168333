/** The folder of everything on disk: there before anything opens it, and writable, or a sentence that says why not. */

import { access, constants, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../platform/errors.ts';

/** `isFirst` when nothing has started with this folder yet. */
export async function prepareDataFolder(folder: string): Promise<{ readonly isFirst: boolean }> {
  try {
    await mkdir(folder, { recursive: true });
    const entries = await readdir(folder, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const path of [folder, ...folders.map((name) => join(folder, name))])
      await access(path, constants.W_OK | constants.X_OK);
    return { isFirst: !folders.includes('graph') };
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    throw new Problem(
      'CONFLICT',
      `Trellis cannot keep its data in ${folder}: ${reasonOf(code)} (${path ?? folder}). Correct that, or choose another folder with TRELLIS_DATA_DIR.`,
      { cause },
    );
  }
}

function reasonOf(code: string | undefined): string {
  switch (code) {
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file where a folder must be';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there';
    case 'EROFS':
      return 'the file system is read-only';
    default:
      return `the system says ${code}`;
  }
}
