import type { OpenApi, Operation } from './openapi.ts';

/** An operation with where it is found, as the reference shows it. */
export type Shown = Operation & { method: string; path: string; words: string };
export type Section = { slug: string; name: string; description: string; operations: Shown[] };
export type Reference = {
  api: OpenApi;
  sections: Section[];
  publicUrl: string;
  assets: { styles: string; script: string };
};

/** The description as the reference shows it: by section, in the order of the sections. */
export function referenceOf(api: OpenApi, publicUrl: string, assets: Reference['assets']): Reference {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => shown(method.toUpperCase(), path, operation)),
  );
  const sections = api.tags.map(({ name, description = '' }) => ({
    slug: name.toLowerCase().replaceAll(' ', '-'),
    name,
    description,
    operations: operations.filter(({ tags }) => tags[0] === name),
  }));
  return { api, sections, publicUrl, assets };
}

function shown(method: string, path: string, operation: Operation): Shown {
  const { summary, operationId, description = '', tags } = operation;
  return {
    ...operation,
    method,
    path,
    words: [summary, operationId, method, path, description, ...tags].join(' ').toLowerCase(),
  };
}

/** The operations in whose words each of these occurs. */
export function find(sections: Section[], wanted: string): Section[] {
  const parts = wanted.toLowerCase().split(/\s+/);
  return sections
    .map((section) => ({
      ...section,
      operations: section.operations.filter(({ words }) => parts.every((part) => words.includes(part))),
    }))
    .filter(({ operations }) => operations.length > 0);
}
