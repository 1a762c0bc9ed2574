import { Field, Select } from '@fluentui/react-components';
import { useMemo } from 'react';
import { cityOf } from '../parts/when.ts';

type Props = {
  id: string;
  zone: string;
  choose: (zone: string) => void;
  fault: string | undefined;
  hint?: string;
};

/** A time zone by its place, grouped by region. */
export function ZoneField({ id, zone, choose, fault, hint = 'The hours below are on clocks there.' }: Props) {
  const regions = useMemo(() => Map.groupBy(zonesWith(zone), (name) => name.split('/')[0] ?? name), [zone]);
  return (
    <Field label="Time zone" hint={hint} validationMessage={fault}>
      <Select id={id} value={zone} onChange={(_, { value }) => choose(value)}>
        {[...regions].map(([region, names]) => (
          <optgroup key={region} label={region}>
            {names.map((name) => (
              <option key={name} value={name}>
                {name.includes('/') ? `${cityOf(name)} (${name})` : name}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
    </Field>
  );
}

/** Every zone this browser knows, and the chosen one even if it goes by an older name here. */
function zonesWith(zone: string): string[] {
  return [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', zone])].toSorted();
}
