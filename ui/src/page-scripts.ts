/** The pages that have a script of their own, by the paths of their routes. Today comes with the console. */
export const pageScripts = {
  '/bookings': () => import('./bookings/bookings-page.tsx'),
  '/bookings/calendar': () => import('./calendar/calendar-page.tsx'),
  '/bookings/requests': () => import('./requests/requests-page.tsx'),
  '/bookings/new': () => import('./bookings/new-booking-page.tsx'),
  '/bookings/$id': () => import('./bookings/booking-page.tsx'),
  '/bookings/$id/move': () => import('./bookings/move-page.tsx'),
  '/meetings/$id': () => import('./bookings/meeting-page.tsx'),
  '/event-types': () => import('./event-types/event-types-page.tsx'),
  '/event-types/$id': () => import('./event-types/event-type-page.tsx'),
  '/availability': () => import('./availability/availability-page.tsx'),
  '/availability/why-not': () => import('./availability/why-not-page.tsx'),
  '/people': () => import('./people/contacts-page.tsx'),
  '/people/organisations': () => import('./people/organisations-page.tsx'),
  '/people/operators': () => import('./people/operators-page.tsx'),
  '/recordings': () => import('./recordings/recordings-page.tsx'),
  '/recordings/$artifactId': () => import('./recordings/artifact-page.tsx'),
  '/settings': () => import('./settings/workspace-page.tsx'),
  '/settings/mail': () => import('./mail/log-page.tsx'),
  '/settings/mail/templates': () => import('./mail/templates-page.tsx'),
  '/settings/mail/templates/$template/$locale': () => import('./mail/template-page.tsx'),
  '/settings/mail/$id': () => import('./mail/email-page.tsx'),
  '/microsoft-365/integrations': () => import('./integrations/integrations-page.tsx'),
  '/microsoft-365/app-registrations': () => import('./app-registrations/registrations-page.tsx'),
  '/microsoft-365/app-registrations/new': () => import('./app-registrations/new-registration-page.tsx'),
  '/microsoft-365/app-registrations/$id': () => import('./app-registrations/registration-page.tsx'),
  '/microsoft-365/setup': () => import('./tenant-setup/tenants-page.tsx'),
  '/microsoft-365/setup/$id': () => import('./tenant-setup/setup-page.tsx'),
  '/microsoft-365/access-policies': () => import('./access-policies/access-policies-page.tsx'),
  '/microsoft-365/access-policies/$tenantId': () => import('./access-policies/roster-page.tsx'),
  '/microsoft-365/access-policies/$tenantId/matching': () => import('./access-policies/matching-page.tsx'),
  '/microsoft-365/teams-app': () => import('./teams-app/teams-app-page.tsx'),
  '/microsoft-365/diagnostics': () => import('./diagnostics/diagnostics-page.tsx'),
  '/monitoring/audit': () => import('./monitoring/audit-page.tsx'),
  '/developers/api-keys': () => import('./api-keys/api-keys-page.tsx'),
  '/developers/webhooks': () => import('./webhooks/endpoints-page.tsx'),
  '/developers/webhooks/new': () => import('./webhooks/new-endpoint-page.tsx'),
  '/developers/webhooks/$id': () => import('./webhooks/endpoint-page.tsx'),
  '/developers/webhooks/$id/settings': () => import('./webhooks/settings-page.tsx'),
  '/developers/webhooks/$id/deliveries/$deliveryId': () => import('./webhooks/delivery-page.tsx'),
  '/developers/connecting-accounts': () => import('./connecting-accounts/connecting-accounts-page.tsx'),
};

/** Fetches the script of the page at an address of the console, if it has its own. */
export async function fetchScriptFor(pathname: string): Promise<void> {
  const path = pathname.replace(/^\/console/, '');
  const load = Object.entries(pageScripts).find(([pattern]) => matches(pattern, path))?.[1];
  await load?.().catch(() => {}); // the route asks again, and says so if it fails
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replaceAll(/\$\w+/g, '[^/]+')}$`).test(path);
}
