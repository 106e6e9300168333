/** Listening, or a sentence that says why it cannot be and what to do. */

import type { FastifyInstance } from 'fastify';
import { Problem } from '../errors.ts';

export interface Place {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The settings that say where, for the message. */
  readonly settings: { readonly host: string; readonly port: string };
}

/** Gives the address. Rejects with CONFLICT when the place is taken, forbidden or not of this machine. */
export async function listen(server: FastifyInstance, place: Place): Promise<string> {
  try {
    return await server.listen({ host: place.host, port: place.port });
  } catch (cause) {
    throw new Problem('CONFLICT', whyNot(place, (cause as NodeJS.ErrnoException).code ?? ''), { cause });
  }
}

function whyNot({ host, port, settings }: Place, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use. Stop the program that has it, or choose another port with ${settings.port}.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Choose one from 1024 on with ${settings.port}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `"${host}" is no address of this machine. Correct ${settings.host}.`;
    default:
      return `Port ${port} on ${host} cannot be opened (${code}). Correct ${settings.host} or ${settings.port}.`;
  }
}
