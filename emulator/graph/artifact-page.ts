import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Call, Reply } from './call.ts';
import { numberOption, queryOption, serviceRoot } from './call.ts';
import { badRequest } from './graph-error.ts';
import { nextLink } from './odata-page.ts';

const MOST = 1000;
const tokenSchema = z.object({ skip: z.number(), empty: z.number() });

/** One page of a collection, in no order that anybody can rely on, with as many empty pages as the switch says. */
export function artifactPage<T extends { id: string }>(
  call: Call,
  items: T[],
  { context, json }: { context: string; json: (item: T) => object },
): Reply {
  const { emptyArtifactPages: empties, artifactPageSize } = call.context.switches;
  const all = items.toSorted((a, b) => (scatter(a.id) < scatter(b.id) ? -1 : 1));
  const { skip, empty } = tokenOf(call);
  const size = numberOption(call, 'top', artifactPageSize, MOST) || artifactPageSize;
  const waits = empties !== null && empty < empties;
  const page = waits ? [] : all.slice(skip, skip + size);
  const after = skip + page.length;
  const goesOn = waits || after < all.length || empties === null;
  const token = { skip: after, empty: page.length === 0 ? empty + 1 : empty };
  const next = goesOn && { '@odata.nextLink': nextLink(call, { $skiptoken: written(token) }) };
  const body = {
    '@odata.context': `${serviceRoot(call)}/$metadata#${context}`,
    '@odata.count': page.length,
    ...next,
    value: page.map(json),
  };
  return { status: 200, body };
}

function tokenOf(call: Call): z.infer<typeof tokenSchema> {
  const text = queryOption(call, 'skiptoken');
  if (text === undefined) return { skip: 0, empty: 0 };
  try {
    return tokenSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw badRequest('The skip token is not valid.');
  }
}

function written(token: z.infer<typeof tokenSchema>): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function scatter(id: string): string {
  return createHash('sha1').update(id).digest('hex');
}
