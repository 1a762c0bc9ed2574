import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A Markdown file of the repository and where the site shows it. */
export type MarkdownPage = {
  /** From the root of the repository. */
  source: string;
  /** From the root of the site. */
  address: string;
  text: string;
  /** The first heading. */
  title: string;
  /** What the menu calls it. */
  label: string;
  group: Group;
};

/** What the menu is divided into, in this order. */
export const groups = [
  'Begin',
  'Set up',
  'For your product',
  'Build on it',
  'Every day',
  'More guides',
  'Project',
] as const;
export type Group = (typeof groups)[number] | 'Problems' | 'Decisions' | 'Elsewhere';

type Place = readonly [name: string, label?: string];

/** Which guide stands where; one that is not named here comes under “More guides”, and what is not there yet is left out. */
const guides: Partial<Record<Group, readonly Place[]>> = {
  'Set up': [
    ['entra-setup', 'Register the app in Entra'],
    ['tenant-setup', 'Whole tenants'],
    ['configuration'],
    ['mail', 'Mail'],
    ['operations'],
    ['troubleshooting', 'Troubleshooting'],
  ],
  'For your product': [
    ['booking-system', 'Booking systems'],
    ['own-integration', 'From your own integration'],
    ['service-desk', 'Service desks'],
    ['student-appointments', 'Student appointments'],
    ['importing', 'Moving in'],
    ['nylas', 'Coming from Nylas'],
  ],
  'Build on it': [
    ['api', 'HTTP API'],
    ['sdk', 'JavaScript client'],
    ['webhooks'],
    ['embedding', 'Booking on your site'],
    ['agents', 'Agents'],
    ['emulator', 'Microsoft emulator'],
  ],
  'Every day': [['recordings'], ['teams-app', 'App in Teams']],
};

const others: readonly [source: string, address: string, group: Group, label?: string][] = [
  ['docs/quick-start.md', 'quick-start.html', 'Begin', 'Quick start'],
  ['docs/concepts.md', 'concepts.html', 'Begin', 'Concepts'],
  ['CHANGELOG.md', 'changelog.html', 'Project', 'Changes'],
  ['SECURITY.md', 'security.html', 'Project', 'Security'],
  ['ARCHITECTURE.md', 'architecture.html', 'Project', 'Architecture'],
  ['CONTRIBUTING.md', 'contributing.html', 'Project', 'Contributing'],
  ['examples/curl.md', 'examples/curl.html', 'Elsewhere'],
  ['client/README.md', 'client.html', 'Elsewhere'],
];

/** Every Markdown page of the site, in the order of the menu. Guides, problems and decisions are found by themselves. */
export function findPages(root: string): MarkdownPage[] {
  const read = (source: string, address: string, group: Group, label?: string) => {
    const text = readFileSync(join(root, source), 'utf8');
    const title = /^# (.+)$/m.exec(text)?.[1]?.replaceAll(/[`*]/g, '') ?? basename(source, '.md');
    return { source, address, text, title, label: label ?? title, group };
  };
  const folder = (name: string, address: string, group: Group) =>
    globSync(`docs/${name}/*.md`, { cwd: root })
      .toSorted()
      .map((source) => read(source, `${address}/${fileName(source)}`, group));
  const all = [
    ...others.map((one) => read(...one)),
    ...folder('guides', 'guides', 'More guides').map(placed),
    ...folder('problems', 'problems', 'Problems'),
    ...folder('adr', 'decisions', 'Decisions'),
  ];
  return all.toSorted((one, other) => rank(one) - rank(other));
}

function fileName(source: string): string {
  const name = basename(source, '.md');
  return name === 'README' ? 'index.html' : `${name}.html`;
}

function placed(page: MarkdownPage): MarkdownPage {
  const name = basename(page.source, '.md');
  for (const [group, places] of Object.entries(guides) as [Group, readonly Place[]][]) {
    const place = places.find(([known]) => known === name);
    if (place) return { ...page, group, label: place[1] ?? page.title };
  }
  return page;
}

function rank({ source, group }: MarkdownPage): number {
  const name = basename(source, '.md');
  const inGroup = guides[group]?.findIndex(([known]) => known === name) ?? others.findIndex(([one]) => one === source);
  const index = (groups as readonly string[]).indexOf(group);
  return (index < 0 ? groups.length : index) * 1000 + inGroup;
}
