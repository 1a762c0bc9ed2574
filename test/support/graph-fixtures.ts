/**
 * The members of a quoted answer that another answer lacks, or holds in another JSON type. The first item of a quoted
 * array stands for all; `null` on either side fits every type.
 */
export function missingMembers(quoted: unknown, actual: unknown, path = ''): string[] {
  if (quoted === null || actual === null) return [];
  if (kindOf(quoted) !== kindOf(actual)) return [`${path || '/'}: ${kindOf(quoted)} expected, ${kindOf(actual)} found`];
  if (Array.isArray(quoted) && Array.isArray(actual)) {
    if (quoted.length === 0 || actual.length === 0) return [];
    return missingMembers(quoted[0], actual[0], `${path}/0`);
  }
  if (kindOf(quoted) !== 'object') return [];
  const own = actual as Record<string, unknown>;
  return Object.entries(quoted as Record<string, unknown>).flatMap(([name, value]) =>
    name in own ? missingMembers(value, own[name], `${path}/${name}`) : [`${path}/${name} is missing`],
  );
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}
