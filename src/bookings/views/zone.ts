import { html, raw } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { zoneCity } from '../../scheduling/date-text.ts';

export type ZoneModel = {
  timeZone: string;
  /** How far the zone is from UTC: “UTC+1”. */
  offset: string;
  /** Where the form goes, and what it takes along. */
  action: string;
  keep: Record<string, string>;
};

/** Names the zone of all times on the page and lets the visitor choose another one. */
export function zoneView({ timeZone, offset, action, keep }: ZoneModel): Html {
  const place = zoneCity(timeZone);
  return html`<details class="zone">
    <summary>
      ${icon('globe')}<span>Times in <strong>${place}</strong>${offset === place ? '' : html` (${offset})`}</span>
      <span class="change">Change</span>
    </summary>
    <form method="get" action="${action}">
      ${Object.entries(keep).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <label for="tz">Your time zone</label>
      <div class="row">
        <select id="tz" name="tz">
          ${optionsFor(timeZone)}
        </select>
        <button type="submit">Show times</button>
      </div>
    </form>
  </details>`;
}

function optionsFor(timeZone: string): Html {
  const canonical = canonicalName(timeZone);
  return html`${zoneGroups.map(
    ([region, zones]) =>
      html`<optgroup label="${region}">
        ${zones.map(({ name, label }) => html`<option value="${name}" ${raw(name === canonical ? 'selected' : '')}>${label}</option>`)}
      </optgroup>`,
  )}`;
}

function canonicalName(timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
}

const zoneGroups = groupZones(Intl.supportedValuesOf('timeZone'));

function groupZones(names: string[]) {
  const groups = new Map<string, { name: string; label: string }[]>([['UTC', [{ name: 'UTC', label: 'UTC' }]]]);
  for (const name of names) {
    const [region = '', ...rest] = name.split('/');
    if (rest.length === 0) continue;
    const area = rest.length > 1 ? ` (${rest.slice(0, -1).join(', ').replaceAll('_', ' ')})` : '';
    const zones = groups.get(region) ?? [];
    zones.push({ name, label: `${zoneCity(name)}${area}` });
    groups.set(region, zones);
  }
  for (const zones of groups.values()) zones.sort((a, b) => a.label.localeCompare(b.label, 'en'));
  return [...groups];
}
