import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from '../page.ts';

/** Arming of failures. */
export function faultsSection(context: Context): Html {
  const armed = context.faults.map(
    (fault) =>
      html`<li>
        <code>${JSON.stringify(fault.kind)}</code> for ${fault.service ?? 'any service'}
        ${fault.path !== undefined && `at …${fault.path}…`}, ${fault.times} more
      </li>`,
  );
  return html`<form class="row" method="post" action="/control/forms/fault">
      <label
        >The next calls
        <select name="kind">
          <option value="throttled">are throttled (429; detail: seconds)</option>
          <option value="status">fail (detail: HTTP status)</option>
          <option value="drop-response">happen, but the answer is lost</option>
          <option value="drop-request">are lost before anything happens</option>
          <option value="truncate">get half an answer</option>
          <option value="content-type">get another content type (detail)</option>
          <option value="slow">are slow (detail: milliseconds)</option>
          <option value="break-body">break within the body (detail: after so many bytes)</option>
          <option value="stall-body">stall within the body (detail: after so many bytes)</option>
          <option value="aadsts">get an Entra error (detail: AADSTS number)</option>
        </select></label
      >
      <label>Detail <input name="detail" size="10" /></label>
      <label
        >Service
        <select name="service">
          <option value="">any</option>
          <option value="graph">Graph</option>
          <option value="entra">Entra</option>
          <option value="storage">storage of recordings</option>
        </select></label
      >
      <label>Path contains <input name="path" size="14" placeholder="/events" /></label>
      <label>Times <input name="times" type="number" min="1" value="1" style="width:5rem" /></label>
      <button>Arm</button>
    </form>
    ${
      armed.length === 0
        ? html`<p class="quiet">No fault is armed.</p>`
        : html`<ul>
              ${armed}
            </ul>
            <form method="post" action="/control/forms/clear-faults"><button>Disarm all</button></form>`
    }`;
}

const switchValues: Record<string, unknown[]> = {
  joinUrlDelayMs: [0, 5000, 60_000, null],
  duplicateTransactionStatus: [400, 409],
  cancelWithoutAttendees: ['refused', 'accepted'],
  bodyWithoutBlock: ['disables', 'new-join-url'],
  ifMatch: ['ignored', 'honoured'],
  joinUrlForm: ['meetup-join', 'meet'],
  idtypUser: [true, false],
  adminConsentCancel: ['permission_denied', 'access_denied'],
  latencyMs: [0, 200, 2000],
  teamsPolicyDelayMs: [0, 60_000, 1_800_000],
  exchangePolicyDelayMs: [0, 60_000, 3_600_000],
  policyRefusal: ['documented', 'with-app-id', 'with-period', 'general', 'unauthorized-401', 'unauthorized-403'],
  groupPolicies: ['honoured', 'ignored'],
  exchangeRefusal: ['odata-disabled', 'raop', 'access-denied'],
  onlineMeetingLookupDelayMs: [0, 5000, 60_000, null],
  unknownJoinUrl: ['empty', 'not-found', 'bad-request'],
  unlicensedMeetingOption: ['refused', 'ignored'],
  undocumentedMeetingOption: ['accepted', 'refused'],
  meetingOfDeletedEvent: ['stays', 'ends'],
  directoryLagMs: [0, 60_000, 600_000],
  extensionAttributeFilter: ['basic', 'advanced'],
  onlineUserPolicy: ['name', 'tag'],
  eventSubscriptionMinutes: [10_070, 10_080, 4230],
  duplicateSubscription: ['refused', 'accepted'],
  lostDeltaToken: ['gone', 'resync-required'],
  artifactDelayMs: [0, 300_000, 3_600_000],
  artifactPolicyRefusal: ['rsc', 'policy'],
  organizerMismatchStatus: [400, 403],
  artifactPageSize: [100, 1],
  emptyArtifactPages: [0, 2, null],
  recordingContent: ['stream', 'redirect'],
  recordingRange: ['honoured', 'ignored'],
  recordingRetentionDays: [120, 1, null],
  expandAttendanceRecords: ['honoured', 'ignored'],
  getAllDateFilter: ['honoured', 'ignored'],
  expiredMeeting: ['not-found', 'forbidden'],
  transcriptSettingsDelayMs: [0, 240_000, 3_000_000],
  transcriptSettingsMeanwhile: ['old', 'alternating'],
  delegatedArtifactSubscriptions: ['accepted', 'refused'],
  artifactSubscriptionPolicy: ['not-needed', 'needed'],
  encryptedContentName: ['encryptedContent', 'EncryptedContent'],
};

/** The switches for what the documentation leaves open. */
export function switchesSection(context: Context): Html {
  return html`<p class="quiet">How the emulator behaves where Microsoft’s documentation leaves it open.</p>
    <div class="scroll">
      <table>
        ${Object.entries(context.switches).map(
          ([name, current]) =>
            html`<tr>
              <th scope="row"><code>${name}</code></th>
              <td><b>${String(current)}</b></td>
              <td>
                ${(switchValues[name] ?? [])
                  .filter((value) => value !== current)
                  .map(
                    (value) =>
                      html`<form method="post" action="/control/forms/switch">
                        <input type="hidden" name="name" value="${name}" />
                        <button name="value" value="${String(value)}">${String(value)}</button>
                      </form> `,
                  )}
              </td>
            </tr>`,
        )}
      </table>
    </div>`;
}
