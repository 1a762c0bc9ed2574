import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { rosterListOf, type RosterList } from './access-policies/roster-lists.ts';
import { artifactQuery } from './api/artifacts.ts';
import { bookingSearchOf } from './api/lists.ts';
import { emailQuery, type EmailStatus } from './api/mail.ts';
import { organizersQuery } from './api/organizers.ts';
import {
  apiKeysQuery,
  bookingQuery,
  eventTypeQuery,
  eventTypesQuery,
  meetingQuery,
  membersQuery,
  registrationQuery,
  registrationsQuery,
  setupQuery,
  tenantQuery,
  tenantsQuery,
} from './api/queries.ts';
import { deliveriesQuery, deliveryQuery, endpointQuery, type DeliveryStatus } from './api/webhooks.ts';
import { availabilitySearchOf, whyNotSearchOf } from './availability/shown.ts';
import { calendarSearchOf } from './calendar/calendar-search.ts';
import { mailStatusOf } from './mail/mail-status.ts';
import { auditSearchOf } from './monitoring/audit-search.ts';
import { ask, forManagers, pageQueries } from './page-queries.ts';
import { pageScripts } from './page-scripts.ts';
import { artifactSearchOf, recordingsSearchOf } from './recordings/recordings-search.ts';
import { NotFound, PageFault } from './shell/no-page.tsx';
import { PageSkeleton, Shell } from './shell/shell.tsx';
import { TodayPage } from './today/today-page.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const today = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: () => ask(pageQueries['/']),
  component: TodayPage,
});

const bookings = createRoute({
  getParentRoute: () => root,
  path: '/bookings',
  validateSearch: bookingSearchOf,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => ask(pageQueries['/bookings'], deps),
  component: lazyRouteComponent(pageScripts['/bookings'], 'BookingsPage'),
});

const calendar = createRoute({
  getParentRoute: () => root,
  path: '/bookings/calendar',
  validateSearch: calendarSearchOf,
  loader: () => ask(pageQueries['/bookings/calendar']),
  component: lazyRouteComponent(pageScripts['/bookings/calendar'], 'CalendarPage'),
});

const requests = createRoute({
  getParentRoute: () => root,
  path: '/bookings/requests',
  loader: () => ask(pageQueries['/bookings/requests']),
  component: lazyRouteComponent(pageScripts['/bookings/requests'], 'RequestsPage'),
});

const newBooking = createRoute({
  getParentRoute: () => root,
  path: '/bookings/new',
  validateSearch: ({ type, contact }: Record<string, unknown>): { type?: string; contact?: string } => ({
    ...(typeof type === 'string' && /^evt_\w+$/.test(type) && { type }),
    ...(typeof contact === 'string' && /^cnt_\w+$/.test(contact) && { contact }),
  }),
  loader: () => ask(() => [eventTypesQuery, membersQuery]),
  component: lazyRouteComponent(pageScripts['/bookings/new'], 'NewBookingPage'),
});

const booking = createRoute({
  getParentRoute: () => root,
  path: '/bookings/$id',
  loader: ({ params }) => ask(() => [bookingQuery(params.id), membersQuery, eventTypesQuery]),
  component: lazyRouteComponent(pageScripts['/bookings/$id'], 'BookingPage'),
});

const move = createRoute({
  getParentRoute: () => root,
  path: '/bookings/$id/move',
  loader: ({ params }) => ask(() => [bookingQuery(params.id), eventTypesQuery]),
  component: lazyRouteComponent(pageScripts['/bookings/$id/move'], 'MovePage'),
});

const meeting = createRoute({
  getParentRoute: () => root,
  path: '/meetings/$id',
  loader: ({ params }) => ask(() => [meetingQuery(params.id)]),
  component: lazyRouteComponent(pageScripts['/meetings/$id'], 'MeetingPage'),
});

const eventTypes = createRoute({
  getParentRoute: () => root,
  path: '/event-types',
  loader: () => ask(pageQueries['/event-types']),
  component: lazyRouteComponent(pageScripts['/event-types'], 'EventTypesPage'),
});

const newEventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/new',
  loader: () => ask(() => [membersQuery]),
  component: lazyRouteComponent(pageScripts['/event-types/$id'], 'NewEventTypePage'),
});

const eventType = createRoute({
  getParentRoute: () => root,
  path: '/event-types/$id',
  validateSearch: ({ section }: Record<string, unknown>): { section?: string } =>
    typeof section === 'string' && /^[a-z]+$/.test(section) ? { section } : {},
  loader: ({ params: { id } }) => ask(() => [eventTypeQuery(id), membersQuery]),
  component: lazyRouteComponent(pageScripts['/event-types/$id'], 'EventTypePage'),
});

const availability = createRoute({
  getParentRoute: () => root,
  path: '/availability',
  validateSearch: availabilitySearchOf,
  loaderDeps: ({ search: { member } }) => ({ member }),
  loader: ({ deps }) => ask(pageQueries['/availability'], deps),
  component: lazyRouteComponent(pageScripts['/availability'], 'AvailabilityPage'),
});

const whyNot = createRoute({
  getParentRoute: () => root,
  path: '/availability/why-not',
  validateSearch: whyNotSearchOf,
  loader: () => ask(pageQueries['/availability/why-not']),
  component: lazyRouteComponent(pageScripts['/availability/why-not'], 'WhyNotPage'),
});

const contacts = createRoute({
  getParentRoute: () => root,
  path: '/people',
  validateSearch: ({ organisation }: Record<string, unknown>): { organisation?: string } =>
    typeof organisation === 'string' && /^[a-z]{3}_\w+$/.test(organisation) ? { organisation } : {},
  loaderDeps: ({ search: { organisation } }) => ({ organisation }),
  loader: ({ deps }) => ask(pageQueries['/people'], deps),
  component: lazyRouteComponent(pageScripts['/people'], 'ContactsPage'),
});

const organisations = createRoute({
  getParentRoute: () => root,
  path: '/people/organisations',
  loader: () => ask(pageQueries['/people/organisations']),
  component: lazyRouteComponent(pageScripts['/people/organisations'], 'OrganisationsPage'),
});

const operators = createRoute({
  getParentRoute: () => root,
  path: '/people/operators',
  loader: () => ask(pageQueries['/people/operators']),
  component: lazyRouteComponent(pageScripts['/people/operators'], 'OperatorsPage'),
});

const recordings = createRoute({
  getParentRoute: () => root,
  path: '/recordings',
  validateSearch: recordingsSearchOf,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => ask(pageQueries['/recordings'], deps),
  component: lazyRouteComponent(pageScripts['/recordings'], 'RecordingsPage'),
});

const artifact = createRoute({
  getParentRoute: () => root,
  path: '/recordings/$artifactId',
  validateSearch: artifactSearchOf,
  loader: ({ params: { artifactId } }) => ask(() => [artifactQuery(artifactId)]),
  component: lazyRouteComponent(pageScripts['/recordings/$artifactId'], 'ArtifactPage'),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  loader: () => ask(pageQueries['/settings']),
  component: lazyRouteComponent(pageScripts['/settings'], 'WorkspacePage'),
});

const mailLog = createRoute({
  getParentRoute: () => root,
  path: '/settings/mail',
  validateSearch: ({ status: named }: Record<string, unknown>): { status?: EmailStatus } => {
    const status = mailStatusOf(named);
    return status ? { status } : {};
  },
  loaderDeps: ({ search: { status } }) => ({ status }),
  loader: ({ deps }) => ask(pageQueries['/settings/mail'], deps),
  component: lazyRouteComponent(pageScripts['/settings/mail'], 'MailLogPage'),
});

const mailTemplates = createRoute({
  getParentRoute: () => root,
  path: '/settings/mail/templates',
  loader: () => ask(pageQueries['/settings/mail/templates']),
  component: lazyRouteComponent(pageScripts['/settings/mail/templates'], 'TemplatesPage'),
});

const mailTemplate = createRoute({
  getParentRoute: () => root,
  path: '/settings/mail/templates/$template/$locale',
  loader: () => ask(pageQueries['/settings/mail/templates']),
  component: lazyRouteComponent(pageScripts['/settings/mail/templates/$template/$locale'], 'TemplatePage'),
});

const mail = createRoute({
  getParentRoute: () => root,
  path: '/settings/mail/$id',
  loader: ({ params: { id } }) => ask(({ member }) => forManagers(member, [emailQuery(id)])),
  component: lazyRouteComponent(pageScripts['/settings/mail/$id'], 'EmailPage'),
});

const integrations = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/integrations',
  validateSearch: ({ connected }: Record<string, unknown>): { connected?: 1 } => (connected ? { connected: 1 } : {}),
  loader: () => ask(pageQueries['/microsoft-365/integrations']),
  component: lazyRouteComponent(pageScripts['/microsoft-365/integrations'], 'IntegrationsPage'),
});

const registrations = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/app-registrations',
  loader: () => ask(pageQueries['/microsoft-365/app-registrations']),
  component: lazyRouteComponent(pageScripts['/microsoft-365/app-registrations'], 'RegistrationsPage'),
});

const newRegistration = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/app-registrations/new',
  component: lazyRouteComponent(pageScripts['/microsoft-365/app-registrations/new'], 'NewRegistrationPage'),
});

const registration = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/app-registrations/$id',
  loader: ({ params: { id } }) => ask(({ member }) => forManagers(member, [registrationQuery(id), tenantsQuery])),
  component: lazyRouteComponent(pageScripts['/microsoft-365/app-registrations/$id'], 'RegistrationPage'),
});

const tenants = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/setup',
  validateSearch: ({ connect }: Record<string, unknown>): { connect?: string } =>
    typeof connect === 'string' ? { connect } : {},
  loader: () => ask(pageQueries['/microsoft-365/setup']),
  component: lazyRouteComponent(pageScripts['/microsoft-365/setup'], 'TenantsPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/setup/$id',
  validateSearch: ({ step }: Record<string, unknown>): { step?: string } =>
    typeof step === 'string' && /^[a-z-]+$/.test(step) ? { step } : {},
  loader: ({ params: { id } }) =>
    ask(({ member }) => forManagers(member, [setupQuery(id), tenantQuery(id), registrationsQuery])),
  component: lazyRouteComponent(pageScripts['/microsoft-365/setup/$id'], 'SetupPage'),
});

const accessPolicies = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/access-policies',
  loader: () => ask(pageQueries['/microsoft-365/access-policies']),
  component: lazyRouteComponent(pageScripts['/microsoft-365/access-policies'], 'AccessPoliciesPage'),
});

const roster = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/access-policies/$tenantId',
  validateSearch: ({ show }: Record<string, unknown>): { show?: RosterList } => {
    const list = rosterListOf(show);
    return list === undefined ? {} : { show: list };
  },
  loader: ({ params: { tenantId } }) =>
    ask(({ member }) =>
      forManagers(member, [tenantQuery(tenantId), organizersQuery(tenantId), tenantsQuery, membersQuery]),
    ),
  component: lazyRouteComponent(pageScripts['/microsoft-365/access-policies/$tenantId'], 'RosterPage'),
});

const matching = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/access-policies/$tenantId/matching',
  loader: ({ params: { tenantId } }) =>
    ask(({ member }) => forManagers(member, [tenantQuery(tenantId), tenantsQuery, membersQuery])),
  component: lazyRouteComponent(pageScripts['/microsoft-365/access-policies/$tenantId/matching'], 'MatchingPage'),
});

const teamsApp = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/teams-app',
  loader: () => ask(pageQueries['/microsoft-365/teams-app']),
  component: lazyRouteComponent(pageScripts['/microsoft-365/teams-app'], 'TeamsAppPage'),
});

const diagnostics = createRoute({
  getParentRoute: () => root,
  path: '/microsoft-365/diagnostics',
  validateSearch: ({ member, tenant }: Record<string, unknown>): { member?: string; tenant?: string } => {
    if (typeof tenant === 'string' && /^ten_\w+$/.test(tenant)) return { tenant };
    return typeof member === 'string' && /^mem_\w+$/.test(member) ? { member } : {};
  },
  loader: () => ask(({ member }) => [membersQuery, ...forManagers(member, [tenantsQuery])]),
  component: lazyRouteComponent(pageScripts['/microsoft-365/diagnostics'], 'DiagnosticsPage'),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: '/monitoring/audit',
  validateSearch: auditSearchOf,
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => ask(pageQueries['/monitoring/audit'], deps),
  component: lazyRouteComponent(pageScripts['/monitoring/audit'], 'AuditPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => root,
  path: '/developers/api-keys',
  loader: () => ask(() => [apiKeysQuery]),
  component: lazyRouteComponent(pageScripts['/developers/api-keys'], 'ApiKeysPage'),
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/developers/webhooks',
  loader: () => ask(pageQueries['/developers/webhooks']),
  component: lazyRouteComponent(pageScripts['/developers/webhooks'], 'EndpointsPage'),
});

const newWebhook = createRoute({
  getParentRoute: () => root,
  path: '/developers/webhooks/new',
  component: lazyRouteComponent(pageScripts['/developers/webhooks/new'], 'NewEndpointPage'),
});

const webhook = createRoute({
  getParentRoute: () => root,
  path: '/developers/webhooks/$id',
  validateSearch: ({ show }: Record<string, unknown>): { show?: DeliveryStatus } =>
    show === 'delivered' || show === 'pending' || show === 'failed' ? { show } : {},
  loaderDeps: ({ search: { show } }) => ({ show }),
  loader: ({ params: { id }, deps: { show } }) =>
    ask(({ member }) => forManagers(member, [endpointQuery(id), deliveriesQuery(id, show)])),
  component: lazyRouteComponent(pageScripts['/developers/webhooks/$id'], 'EndpointPage'),
});

const webhookSettings = createRoute({
  getParentRoute: () => root,
  path: '/developers/webhooks/$id/settings',
  loader: ({ params: { id } }) => ask(({ member }) => forManagers(member, [endpointQuery(id)])),
  component: lazyRouteComponent(pageScripts['/developers/webhooks/$id/settings'], 'EndpointSettingsPage'),
});

const webhookDelivery = createRoute({
  getParentRoute: () => root,
  path: '/developers/webhooks/$id/deliveries/$deliveryId',
  loader: ({ params: { id, deliveryId } }) =>
    ask(({ member }) => forManagers(member, [endpointQuery(id), deliveryQuery(deliveryId)])),
  component: lazyRouteComponent(pageScripts['/developers/webhooks/$id/deliveries/$deliveryId'], 'DeliveryPage'),
});

const connectingAccounts = createRoute({
  getParentRoute: () => root,
  path: '/developers/connecting-accounts',
  loader: () => ask(pageQueries['/developers/connecting-accounts']),
  component: lazyRouteComponent(pageScripts['/developers/connecting-accounts'], 'ConnectingAccountsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    today,
    bookings,
    calendar,
    requests,
    newBooking,
    booking,
    move,
    meeting,
    eventTypes,
    newEventType,
    eventType,
    availability,
    whyNot,
    contacts,
    organisations,
    operators,
    recordings,
    artifact,
    workspace,
    mailLog,
    mailTemplates,
    mailTemplate,
    mail,
    integrations,
    registrations,
    newRegistration,
    registration,
    tenants,
    setup,
    accessPolicies,
    roster,
    matching,
    teamsApp,
    diagnostics,
    audit,
    apiKeys,
    webhooks,
    newWebhook,
    webhook,
    webhookSettings,
    webhookDelivery,
    connectingAccounts,
  ]),
  basepath: '/console',
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
