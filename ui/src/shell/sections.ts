import {
  AppGeneric20Filled,
  AppGeneric20Regular,
  BookOpen20Regular,
  CalendarClock20Filled,
  CalendarClock20Regular,
  CalendarEdit20Filled,
  CalendarEdit20Regular,
  CalendarToday20Filled,
  CalendarToday20Regular,
  ClipboardTaskListLtr20Filled,
  ClipboardTaskListLtr20Regular,
  Form20Filled,
  Form20Regular,
  History20Filled,
  History20Regular,
  Key20Filled,
  Key20Regular,
  Link20Filled,
  Link20Regular,
  Mail20Filled,
  Mail20Regular,
  People20Filled,
  People20Regular,
  PeopleTeam20Filled,
  PeopleTeam20Regular,
  PlugConnected20Filled,
  PlugConnected20Regular,
  Send20Filled,
  Send20Regular,
  Settings20Filled,
  Settings20Regular,
  ShieldCheckmark20Filled,
  ShieldCheckmark20Regular,
  Stethoscope20Filled,
  Stethoscope20Regular,
  VideoClip20Filled,
  VideoClip20Regular,
  type FluentIcon,
} from '@fluentui/react-icons';

type SectionPath =
  | '/'
  | '/bookings'
  | '/event-types'
  | '/availability'
  | '/people'
  | '/recordings'
  | '/settings'
  | '/settings/mail'
  | '/microsoft-365/integrations'
  | '/microsoft-365/app-registrations'
  | '/microsoft-365/setup'
  | '/microsoft-365/access-policies'
  | '/microsoft-365/teams-app'
  | '/microsoft-365/diagnostics'
  | '/monitoring/audit'
  | '/developers/api-keys'
  | '/developers/webhooks'
  | '/developers/connecting-accounts';
export type Section = { to: SectionPath; words: string; icon: FluentIcon; current: FluentIcon; managersOnly?: true };

/** Pages under one heading, and one of this server that is not a part of the console. */
export type SectionGroup = {
  heading?: string;
  pages: Section[];
  elsewhere?: { href: string; words: string; icon: FluentIcon };
};

/** The console's map: what the navigation and the command palette list. */
export const sections: SectionGroup[] = [
  {
    pages: [
      { to: '/', words: 'Today', icon: CalendarToday20Regular, current: CalendarToday20Filled },
      { to: '/bookings', words: 'Bookings', icon: CalendarClock20Regular, current: CalendarClock20Filled },
      { to: '/event-types', words: 'Event types', icon: Form20Regular, current: Form20Filled },
      { to: '/availability', words: 'Availability', icon: CalendarEdit20Regular, current: CalendarEdit20Filled },
      { to: '/people', words: 'People', icon: People20Regular, current: People20Filled },
      { to: '/recordings', words: 'Recordings', icon: VideoClip20Regular, current: VideoClip20Filled },
    ],
  },
  {
    heading: 'Microsoft 365',
    pages: [
      {
        to: '/microsoft-365/integrations',
        words: 'Integrations',
        icon: PlugConnected20Regular,
        current: PlugConnected20Filled,
      },
      {
        to: '/microsoft-365/app-registrations',
        words: 'App registrations',
        icon: AppGeneric20Regular,
        current: AppGeneric20Filled,
        managersOnly: true,
      },
      {
        to: '/microsoft-365/setup',
        words: 'Setup guide',
        icon: ClipboardTaskListLtr20Regular,
        current: ClipboardTaskListLtr20Filled,
        managersOnly: true,
      },
      {
        to: '/microsoft-365/access-policies',
        words: 'Access policies',
        icon: ShieldCheckmark20Regular,
        current: ShieldCheckmark20Filled,
        managersOnly: true,
      },
      {
        to: '/microsoft-365/teams-app',
        words: 'Teams app',
        icon: PeopleTeam20Regular,
        current: PeopleTeam20Filled,
        managersOnly: true,
      },
      {
        to: '/microsoft-365/diagnostics',
        words: 'Diagnostics',
        icon: Stethoscope20Regular,
        current: Stethoscope20Filled,
      },
    ],
  },
  {
    heading: 'Monitoring',
    pages: [
      {
        to: '/monitoring/audit',
        words: 'Audit',
        icon: History20Regular,
        current: History20Filled,
        managersOnly: true,
      },
    ],
  },
  {
    heading: 'Developers',
    pages: [
      {
        to: '/developers/api-keys',
        words: 'API keys',
        icon: Key20Regular,
        current: Key20Filled,
        managersOnly: true,
      },
      {
        to: '/developers/webhooks',
        words: 'Webhooks',
        icon: Send20Regular,
        current: Send20Filled,
        managersOnly: true,
      },
      {
        to: '/developers/connecting-accounts',
        words: 'Connecting accounts',
        icon: Link20Regular,
        current: Link20Filled,
        managersOnly: true,
      },
    ],
    elsewhere: { href: '/docs', words: 'API reference', icon: BookOpen20Regular },
  },
  {
    heading: 'Settings',
    pages: [
      {
        to: '/settings',
        words: 'Workspace',
        icon: Settings20Regular,
        current: Settings20Filled,
        managersOnly: true,
      },
      { to: '/settings/mail', words: 'Mail', icon: Mail20Regular, current: Mail20Filled, managersOnly: true },
    ],
  },
];

/** The sections that a person's role lets them use. */
export function sectionsFor(mayManage: boolean): typeof sections {
  return sections
    .map((section) => ({ ...section, pages: section.pages.filter((page) => mayManage || !page.managersOnly) }))
    .filter(({ pages }) => pages.length > 0);
}
