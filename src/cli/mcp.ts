import { parseArgs } from 'node:util';
import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createServer } from '../mcp/server.ts';
import type { Command } from './world.ts';

const usage = 'Run: PARLEY_API_KEY=parley_key_… parley mcp --url https://meet.example.com';

type Parley = { address: URL; key: string; fetch: typeof fetch };

/**
 * `parley mcp`: the tools of a running Parley for an agent on this machine, over standard input and output, which carry
 * nothing else. What a tool does is known to the server alone; the key comes from the environment and is never printed.
 */
export function mcpCommand({ args, env, fetch }: Command): void {
  const { values } = parseArgs({ args, options: { url: { type: 'string' } } });
  const parley = { address: addressOf(values.url ?? env['PARLEY_URL']), key: keyOf(env['PARLEY_API_KEY']), fetch };
  serveStdio(() =>
    createServer({
      list: () => ask(parley, 'tools/list', {}),
      call: ({ name, arguments: given }) => ask(parley, 'tools/call', { name, arguments: given }),
    }),
  );
}

function addressOf(url = 'http://localhost:3000'): URL {
  const parsed = URL.parse('mcp', url.endsWith('/') ? url : `${url}/`);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) throw new Error(`That is no address of a server. ${usage}`);
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(parsed.hostname);
  if (parsed.protocol === 'http:' && !loopback)
    throw new Error('Use an https address: the key would travel in clear. http is for this machine only.');
  return parsed;
}

/** What is no key is not sent either, as a header that cannot be would be quoted in an error. */
function keyOf(text = ''): string {
  const key = text.trim();
  if (!/^parley_key_[\w-]+$/.test(key)) throw new Error(`PARLEY_API_KEY has no API key of Parley in it. ${usage}`);
  return key;
}

type Answer<Result> = { result?: Result; error?: { code: number; message: string }; title?: string; remedy?: string };

/** Has the server do one request of the protocol. Throws what it refuses as an error of the protocol, in words. */
async function ask<Result>({ address, key, fetch }: Parley, method: string, params: object): Promise<Result> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(address, { method: 'POST', headers, body, redirect: 'error' }).catch(() => {
    throw internal(`No Parley answers at ${address.origin}. Is it running, and is the address right?`);
  });
  const answer = await (response.json() as Promise<Answer<Result>>).catch(() => {
    throw internal(`What answers at ${address.origin} is no Parley that has tools for agents (${response.status}).`);
  });
  if (answer.result !== undefined) return answer.result;
  if (answer.error) throw new ProtocolError(answer.error.code, answer.error.message);
  throw internal([answer.title ?? `Parley answered ${response.status}`, answer.remedy].filter(Boolean).join('. '));
}

function internal(words: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InternalError, words);
}
