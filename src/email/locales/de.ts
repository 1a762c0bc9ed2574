import type { LocaleTexts } from '../locale.ts';

export const de: LocaleTexts = {
  formats: 'de-DE',
  name: 'Deutsch',
  templates: {
    requested: {
      subject: 'Ihre Anfrage ist angekommen: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

vielen Dank für Ihre Anfrage nach einem Termin mit {{operator.names}}. Die Zeit unten bleibt für Sie reserviert, bis jemand Ihre Anfrage angesehen hat.

Sobald darüber entschieden ist, schreiben wir Ihnen. Sie brauchen nichts weiter zu tun.`,
    },
    to_approve: {
      subject: '{{visitor.name}} bittet um einen Termin: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) möchte zu der Zeit unten einen Termin. Sie bleibt reserviert, bis Sie entscheiden.`,
    },
    approved: {
      subject: 'Ihr Termin ist bestätigt: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

gute Nachricht: Ihr Termin mit {{operator.names}} ist bestätigt.

{{decision.note}}`,
    },
    declined: {
      subject: 'Ihr Termin kann leider nicht stattfinden: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

es tut uns leid: Der Termin unten mit {{operator.names}} kann nicht stattfinden.

{{reason}}

Gern können Sie eine andere Zeit wählen.`,
    },
    confirmed: {
      subject: 'Ihr Termin: {{eventType.title}} mit {{operator.names}}',
      body: `Guten Tag {{recipient.name}},

Ihr Termin mit {{operator.names}} ist gebucht. Wir freuen uns auf Sie.`,
    },
    confirmed_staff: {
      subject: 'Neue Buchung: {{visitor.name}}, {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) hat einen Termin bei Ihnen gebucht.`,
    },
    rescheduled: {
      subject: 'Ihr Termin wurde verschoben: {{eventType.title}} mit {{operator.names}}',
      body: `Guten Tag {{recipient.name}},

Ihr Termin mit {{operator.names}} wurde verschoben. Unten steht die neue Zeit.

Bisher war er am {{when.before}}.`,
    },
    rescheduled_staff: {
      subject: 'Verschoben: {{visitor.name}}, {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

der Termin von {{visitor.name}} ({{visitor.email}}) wurde verschoben. Unten steht die neue Zeit.

Bisher war er am {{when.before}}.`,
    },
    cancelled: {
      subject: 'Abgesagt: {{eventType.title}} mit {{operator.names}}',
      body: `Guten Tag {{recipient.name}},

der Termin unten mit {{operator.names}} wurde abgesagt.

{{reason}}`,
    },
    cancelled_staff: {
      subject: 'Abgesagt: {{visitor.name}}, {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

der Termin von {{visitor.name}} ({{visitor.email}}) wurde abgesagt. Die Zeit ist wieder frei.

{{reason}}`,
    },
    reminder: {
      subject: 'Erinnerung: {{eventType.title}} {{time.left}}',
      body: `Guten Tag {{recipient.name}},

zur Erinnerung: Ihr Termin mit {{operator.names}} beginnt {{time.left}}.`,
    },
    link_ready: {
      subject: 'Der Link zu Ihrer Besprechung: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

der Link zu der Teams-Besprechung unten ist da.`,
    },
    recording_ready: {
      subject: 'Die Aufzeichnung ist da: {{eventType.title}}',
      body: `Guten Tag {{recipient.name}},

was von Ihrem Termin mit {{operator.names}} aufgezeichnet wurde, können Sie jetzt ansehen.`,
    },
    connect_again: {
      subject: 'Bitte verbinden Sie Ihr Microsoft-Konto erneut: {{account}}',
      body: `Guten Tag {{recipient.name}},

{{workspace.name}} legt Teams-Besprechungen im Kalender von {{account}} an. Bitte melden Sie sich noch einmal bei Microsoft an und stimmen Sie dem zu, wonach dort gefragt wird. Microsoft zeigt es Ihnen, bevor Sie sich entscheiden.

{{message}}

{{until.then}}

Es dauert etwa eine Minute. Keine Besprechung wird abgesagt.`,
    },
    reconnect_needed: {
      subject: 'Microsoft Teams muss neu verbunden werden: {{account}}',
      body: `Guten Tag {{recipient.name}},

Parley kann das Microsoft-Konto {{account}} von {{member.name}} nicht mehr verwenden. Bis es wieder verbunden ist, kann Parley damit keine Besprechungen anlegen, verschieben oder absagen. Die Buchungen bleiben bestehen; ihre Besprechungen folgen, sobald das Konto wieder da ist.

Was zu tun ist
1. Öffnen Sie in Parley die Integrationen, angemeldet als {{member.name}}.
2. Wählen Sie neben Microsoft Teams „Neu verbinden“ (Reconnect) und melden Sie sich mit demselben Konto an.`,
    },
    credential_expiring: {
      subject: 'Das {{credential.kind}} „{{credential.name}}“ von „{{app.name}}“ läuft {{time.left}} ab',
      body: `Guten Tag {{recipient.name}},

das {{credential.kind}} „{{credential.name}}“ der App-Registrierung „{{app.name}}“ läuft {{time.left}} ab: {{when}}.

Bis dahin ändert sich nichts. Danach nimmt Microsoft es nicht mehr an. Ohne ein anderes, das funktioniert, kann Parley für die Microsoft-365-Mandanten dieser App-Registrierung keine Besprechungen anlegen, verschieben oder absagen.

{{steps}}`,
    },
    credential_expired: {
      subject: 'Das {{credential.kind}} „{{credential.name}}“ von „{{app.name}}“ ist abgelaufen',
      body: `Guten Tag {{recipient.name}},

das {{credential.kind}} „{{credential.name}}“ der App-Registrierung „{{app.name}}“ ist abgelaufen: {{when}}.

Microsoft nimmt es nicht mehr an. Hat die App-Registrierung ein anderes, das funktioniert, verwendet Parley dieses. Wenn nicht, kann Parley für die Microsoft-365-Mandanten dieser App-Registrierung keine Besprechungen anlegen, verschieben oder absagen, bis es eines gibt.

{{steps}}`,
    },
    webhook_failing: {
      subject: 'Webhooks kommen bei {{endpoint.host}} nicht an',
      body: `Guten Tag {{recipient.name}},

seit {{since}} ist nichts mehr angekommen, was Parley an einen Webhook-Endpunkt bei {{endpoint.host}} geschickt hat.

Jede Nachricht wird drei Tage lang erneut versucht. Nach fünf Tagen ohne einen einzigen Erfolg wird der Endpunkt abgeschaltet. Von da an fragt Parley 30 Tage lang in wachsenden Abständen nach, ob er wieder antwortet, und schaltet ihn dann von selbst wieder ein.

Was zu tun ist
1. Öffnen Sie den Endpunkt in Parley: Seine Zustellungen zeigen, was geschickt wurde und was zurückkam.
2. Bringen Sie den Empfänger in Ordnung und schicken Sie von dort einen Test. Sobald eine Nachricht ankommt, folgen die anderen von selbst.
3. Braucht niemand mehr die Nachrichten, schalten Sie den Endpunkt ab oder löschen Sie ihn.`,
    },
    webhook_resumed: {
      subject: 'Webhooks kommen bei {{endpoint.host}} wieder an',
      body: `Guten Tag {{recipient.name}},

der Webhook-Endpunkt bei {{endpoint.host}} wurde abgeschaltet ({{since}}), weil dort fünf Tage lang nichts angekommen war. Jetzt hat er wieder geantwortet, und Parley hat ihn von selbst wieder eingeschaltet.

Was nicht angekommen ist und was inzwischen geschehen ist, wird jetzt geschickt, das Älteste zuerst. Sie brauchen nichts zu tun.`,
    },
  },
  words: {
    what: 'Was',
    when: 'Wann',
    furtherTimes: 'Weitere Termine',
    with: 'Mit',
    where: 'Wo',
    guest: 'Besuch',
    guests: 'Ebenfalls eingeladen',
    visitorNote: 'Nachricht',
    teamsMeeting: 'Microsoft Teams-Besprechung',
    join: 'An der Teams-Besprechung teilnehmen',
    linkFollows: 'Der Link zur Teams-Besprechung folgt per E-Mail.',
    manage: 'Verschieben oder absagen',
    approve: 'Annehmen',
    decline: 'Ablehnen',
    decideHint: 'Jeder Link öffnet eine Seite, die noch einmal fragt. Ihn zu öffnen entscheidet nichts.',
    openBooking: 'Buchung in Parley öffnen',
    openConnection: 'Integrationen in Parley öffnen',
    connectAgain: 'Erneut verbinden',
    goesOnUntilThen:
      'Bis dahin laufen Ihre Besprechungen weiter wie bisher. Was die neuen Berechtigungen braucht, muss warten.',
    restsUntilThen:
      'Bis dahin legt Parley in diesem Kalender keine Besprechungen an, verschiebt keine und sagt keine ab. Was gebucht ist, behält seine Zeit und folgt, sobald das Konto wieder da ist.',
    connectLinkHint: 'Der Link funktioniert einmal, nur für dieses Konto, innerhalb von {{days}} Tagen.',
    openRegistration: 'App-Registrierung in Parley öffnen',
    openParley: 'Parley öffnen',
    openRecording: 'Aufzeichnung ansehen',
    stopReminders: 'Keine Erinnerungen mehr',
    calendarSummary: '{{eventType.title}} mit {{operator.names}}',
    calendarSummaryStaff: '{{eventType.title}}: {{visitor.name}}',
    whyVisitor:
      'Sie erhalten diese Nachricht, weil diese Adresse für einen Termin bei {{workspace.name}} angegeben wurde.',
    whyOperator: 'Sie erhalten diese Nachricht, weil Sie Termine für {{workspace.name}} wahrnehmen.',
    whyAdministrator: 'Sie erhalten diese Nachricht, weil Sie {{workspace.name}} in Parley betreuen.',
    whyNamed:
      'Sie erhalten diese Nachricht, weil Ihre Adresse für einen Webhook von {{workspace.name}} in Parley angegeben wurde.',
    whyConnected: 'Sie erhalten diese Nachricht, weil {{account}} mit {{workspace.name}} verbunden ist.',
    certificate: 'Zertifikat',
    secret: 'Clientgeheimnis',
    certificateSteps: `Was zu tun ist
1. Erstellen Sie auf der Seite der App-Registrierung in Parley ein neues Zertifikat und laden Sie seine .cer-Datei herunter.
2. Öffnen Sie in Microsoft Entra die App-Registrierung mit der Anwendungs-ID (Client) {{app.clientId}} und laden Sie die Datei unter „Zertifikate & Geheimnisse“ hoch. Das kann, wer die Rolle Anwendungsadministrator hat.
3. Lassen Sie Parley das neue prüfen. Ab dann verwendet Parley es, und das alte kann entfernt werden. Beide dürfen gleichzeitig bestehen; keine Besprechung ist betroffen.`,
    secretSteps: `Was zu tun ist
1. Öffnen Sie in Microsoft Entra die App-Registrierung mit der Anwendungs-ID (Client) {{app.clientId}} und erstellen Sie unter „Zertifikate & Geheimnisse“ ein neues Clientgeheimnis. Das kann, wer die Rolle Anwendungsadministrator hat.
2. Tragen Sie seinen Wert (nicht die geheime ID) auf der Seite der App-Registrierung in Parley ein. Ein Zertifikat hielte länger und verließe Parley nie.
3. Lassen Sie Parley das neue prüfen. Ab dann verwendet Parley es, und das alte kann entfernt werden. Beide dürfen gleichzeitig bestehen; keine Besprechung ist betroffen.`,
    withinADay: 'innerhalb eines Tages',
  },
};
