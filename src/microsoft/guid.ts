/** True for a GUID as Microsoft writes them: object ids, client ids and tenant ids. */
export function isGuid(text: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
