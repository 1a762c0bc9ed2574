import { Button, Radio, RadioGroup } from '@fluentui/react-components';
import type { IdentityMatch } from '../api/organizers.ts';
import type { Member } from '../api/queries.ts';
import { StateLabel } from '../parts/state-label.tsx';
import styles from './access-policies.module.css';
import type { Rule } from './field-words.ts';
import tables from './people-tables.module.css';
import { Address } from './roster-table.tsx';
import { candidateName, candidateNotes, noteWords, outcomeWords } from './match-words.ts';

type Props = {
  matches: IdentityMatch[];
  rule: Rule;
  members: Member[];
  choices: Readonly<Record<string, string>>;
  choose: (memberId: string, objectId: string) => void;
  edit: (member: Member) => void;
};

/** Real people and whom the rule finds for them, in words. */
export function MatchTable({ matches, rule, members, choices, choose, edit }: Props) {
  return (
    <table className={`${tables.table} ${tables.matches}`}>
      <thead>
        <tr>
          <th scope="col">Operator</th>
          <th scope="col">What Parley knows</th>
          <th scope="col">Whom the directory has</th>
          <th scope="col">
            <span className="visually-hidden">Edit</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {matches.map((match) => {
          const member = members.find(({ id }) => id === match.memberId);
          return (
            <tr key={match.memberId}>
              <th scope="row">
                {match.name}
                {member && <Address text={member.email} />}
              </th>
              <td data-name="Known as">{match.value ?? <span className={styles.faint}>Nothing</span>}</td>
              <td className={tables.standing}>
                <Found
                  match={match}
                  rule={rule}
                  choice={choices[match.memberId ?? '']}
                  choose={(objectId) => match.memberId !== null && choose(match.memberId, objectId)}
                />
              </td>
              <td className={tables.rowActions}>
                {member && (
                  <Button size="small" onClick={() => edit(member)} aria-label={`Edit ${member.name}`}>
                    Edit
                  </Button>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

type FoundProps = {
  match: IdentityMatch;
  rule: Rule;
  choice?: string | undefined;
  /** Left out where nobody can choose. */
  choose?: (objectId: string) => void;
};

/** What came of looking for one person: a state, whom it found, and what is worth knowing of them. */
export function Found({ match, rule, choice, choose }: FoundProps) {
  const { sentence, ...state } = outcomeWords(match, rule, choose !== undefined);
  const several = match.outcome === 'several';
  return (
    <>
      <StateLabel {...state} />
      {sentence && <p>{sentence}</p>}
      {several && choose ? (
        <RadioGroup
          aria-label={`Who ${match.name ?? match.value ?? 'this'} is`}
          value={choice ?? ''}
          onChange={(_, { value }) => choose(value)}
        >
          {match.candidates.map((candidate) => (
            <Radio
              key={candidate.objectId}
              value={candidate.objectId}
              disabled={candidate.userType === 'Guest'}
              label={[candidateName(candidate), ...candidateNotes(candidate)].join(', ')}
            />
          ))}
        </RadioGroup>
      ) : (
        match.candidates.map((candidate) => <p key={candidate.objectId}>{candidateName(candidate)}</p>)
      )}
      {noteWords(match).map((note) => (
        <p key={note} className={tables.note}>
          {note}.
        </p>
      ))}
    </>
  );
}
