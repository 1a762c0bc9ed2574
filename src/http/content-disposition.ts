const mostCharacters = 120;

/**
 * The `Content-Disposition` header (RFC 6266) for a file of this name, whoever gave it: as it reads, percent-encoded as in
 * RFC 8187, beside a plain form for those who do not know that.
 */
export function contentDisposition(type: 'inline' | 'attachment', name: string, extension: string): string {
  const full = `${safeName(name)}.${extension}`;
  const plain = full
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\w .,()-]/g, '_');
  return `${type}; filename="${plain}"; filename*=UTF-8''${encodeExtended(full)}`;
}

/** Without what leads to another folder, hides the end of the name, or is refused by a file system. */
function safeName(name: string): string {
  const harmless = name
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\uFFFD]/gu, '')
    .replaceAll(/[/\\:*?"<>|%]/g, ' ')
    .replaceAll(/\s+/g, ' ');
  const short = Array.from(harmless).slice(0, mostCharacters).join('');
  return short.replaceAll(/^[ .~-]+|[ .]+$/g, '') || 'file';
}

/** `attr-char` of RFC 8187, section 3.2.1, as it is; all else percent-encoded. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
