import * as connectModule from '@nylas/connect';
import Nylas6 from 'nylas6';
import eventModule from 'nylas6/lib/models/event.js';
import participantModule from 'nylas6/lib/models/event-participant.js';
import Nylas7Module from 'nylas7';
import Nylas8Module from 'nylas8';

// Their types are written for CommonJS, where the class stands under `default`; as modules, they are the class. Of what
// is used here, both versions have the same types.
export const Nylas8 = Nylas8Module as unknown as typeof Nylas8Module.default;
export const Nylas7 = Nylas7Module as unknown as typeof Nylas8Module.default;

export { Nylas6 };
export const Event6 = eventModule.default;
export const EventParticipant6 = participantModule.default;

type Session = { grantId: string; grantInfo?: { id: string; email: string; provider: string } };
type Connect = {
  connect(options: { method: 'inline' }): Promise<string | Session>;
  handleRedirectCallback(url: string): Promise<Session>;
  getConnectionStatus(): Promise<string>;
};
type ConnectConfig = { clientId: string; redirectUri: string; apiUrl: string; logLevel: 'off' };

// Its types name files without their endings, which TypeScript does not follow here.
export const { NylasConnect } = connectModule as unknown as { NylasConnect: new (config: ConnectConfig) => Connect };
