import { posix } from 'node:path';

/** Every link and picture within a site that leads nowhere, as a sentence. `files`: what it holds, HTML with its text. */
export function deadLinks(files: ReadonlyMap<string, string>): string[] {
  const ids = new Map([...files].map(([address, text]) => [address, idsOf(text)]));
  return [...files].flatMap(([address, text]) =>
    [...text.matchAll(/\s(?:href|src)="([^"]*)"/g)].flatMap(([, given = '']) => {
      const link = given.replaceAll('&amp;', '&');
      if (/^(?:https?|mailto|data):/.test(link)) return [];
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? address : posix.join(posix.dirname(address), path);
      if (!files.has(target)) return [`${address} links to ${link}, and there is no ${target}.`];
      if (anchor && !ids.get(target)?.has(anchor)) return [`${address} links to ${link}, and there is no such place.`];
      return [];
    }),
  );
}

function idsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id = '']) => id));
}
