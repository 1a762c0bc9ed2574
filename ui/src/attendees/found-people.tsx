import { Button } from '@fluentui/react-components';
import { Checkmark16Regular, PersonAdd16Regular } from '@fluentui/react-icons';
import { foldAddress, type Attendee } from './attendee-list.ts';
import styles from './attendees.module.css';

/** Who is invited already. */
export type Taken = { attendees: readonly Attendee[]; visitorEmail: string };
type Person = Attendee & { also?: string | undefined };
type Props = { people: Person[]; taken: Taken; add: (wanted: Attendee[]) => void };

/** People who were found, each with the button that invites them; of those who are invited already it says so. */
export function FoundPeople({ people, taken: { attendees, visitorEmail }, add }: Props) {
  const invited = new Set([visitorEmail, ...attendees.map(({ email }) => email)].map(foldAddress));
  return (
    <ul className={styles.found}>
      {people.map(({ also, ...person }) => {
        const isOn = invited.has(foldAddress(person.email));
        return (
          <li key={person.id ?? person.email}>
            <span>
              <span className={styles.name}>{person.name}</span>
              <span className={styles.address}>
                {person.email}
                {also && ` · ${also}`}
              </span>
            </span>
            <Button
              size="small"
              icon={isOn ? <Checkmark16Regular /> : <PersonAdd16Regular />}
              disabledFocusable={isOn}
              onClick={() => add([person])}
            >
              {isOn ? 'On the list' : 'Add'}
              <span className="visually-hidden"> {person.name}</span>
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
