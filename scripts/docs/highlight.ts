/** The parts of code that get a colour of their own, as classes: `comment`, `text`, `name`, `value`, `word`. */
type Rule = readonly [kind: string, pattern: RegExp];

const text: Rule = ['text', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/];
const value: Rule = ['value', /\b(?:true|false|null|undefined)\b|\b\d[\d_]*(?:\.\d+)?\b/];

const script: readonly Rule[] = [
  ['comment', /\/\/[^\n]*|\/\*[^]*?\*\//],
  ['text', /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/],
  [
    'word',
    /\b(?:async|await|catch|const|else|export|for|from|function|if|import|instanceof|let|new|of|return|throw|try|type)\b/,
  ],
  value,
];

const languages: Record<string, readonly Rule[]> = {
  sh: [
    ['comment', /(?<=^|\s)#[^\n]*/],
    ['text', /"(?:[^"\\]|\\.)*"|'[^']*'/],
    ['name', /\$(?:\w+|\{[^}]*\})/],
    ['word', /(?<=^|[\n|;(] *)(?:curl|npm|node|parley|export|docker|grep|jq|pg_dump|openssl|cat|mkdir|cd|git)\b/],
  ],
  ts: script,
  js: script,
  json: [
    ['name', /"(?:[^"\\]|\\.)*"(?=\s*:)/],
    ['text', /"(?:[^"\\]|\\.)*"/],
    ['value', /\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?\b/],
  ],
  http: [
    ['name', /(?<=^|\n)[\w-]+(?=:)/],
    ['word', /(?<=^|\n)[A-Z]+(?= )/],
  ],
  html: [
    ['comment', /<!--[^]*?-->/],
    ['text', /"[^"]*"|'[^'\n]*'/],
    ['word', /(?<=<\/?)[a-z][\w-]*/],
  ],
  powershell: [['comment', /#[^\n]*/], text, ['name', /\$\w+/], ['word', /\b[A-Z][a-z]+-[A-Z]\w+/]],
  sql: [
    ['comment', /--[^\n]*/],
    text,
    ['word', /\b(?:select|from|where|group by|order by|and|or|not|is|null|count|nulls first)\b/i],
  ],
};

const sameAs: Record<string, string> = { bash: 'sh', shell: 'sh', javascript: 'js', typescript: 'ts', jsonc: 'json' };

/** Code as HTML, coloured where its language is known. */
export function highlight(code: string, language: string): string {
  const rules = languages[sameAs[language] ?? language];
  if (!rules) return escapeHtml(code);
  const pattern = new RegExp(rules.map(([, { source }]) => `(${source})`).join('|'), 'gi');
  let at = 0;
  let made = '';
  for (const found of code.matchAll(pattern)) {
    const kind = rules[found.slice(1).findIndex((part) => part !== undefined)]?.[0] ?? '';
    made += `${escapeHtml(code.slice(at, found.index))}<span class="${kind}">${escapeHtml(found[0])}</span>`;
    at = found.index + found[0].length;
  }
  return made + escapeHtml(code.slice(at));
}

/** Text as it may stand in HTML and in its attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
