import type { LocaleTexts } from '../locale.ts';

export const fr: LocaleTexts = {
  formats: 'fr-FR',
  name: 'Français',
  templates: {
    requested: {
      subject: 'Nous avons bien reçu votre demande : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Merci pour votre demande de rendez-vous avec {{operator.names}}. L’horaire ci-dessous vous est réservé jusqu’à ce que votre demande ait été examinée.

Nous vous écrirons dès qu’une décision sera prise. Vous n’avez rien d’autre à faire.`,
    },
    to_approve: {
      subject: '{{visitor.name}} demande un rendez-vous : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) souhaite un rendez-vous à l’horaire ci-dessous. Il reste réservé jusqu’à votre décision.`,
    },
    approved: {
      subject: 'Votre rendez-vous est confirmé : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Bonne nouvelle : votre rendez-vous avec {{operator.names}} est confirmé.

{{decision.note}}`,
    },
    declined: {
      subject: 'Votre rendez-vous ne peut pas avoir lieu : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Nous sommes désolés : le rendez-vous ci-dessous avec {{operator.names}} ne peut pas avoir lieu.

{{reason}}

N’hésitez pas à choisir un autre horaire.`,
    },
    confirmed: {
      subject: 'Votre rendez-vous : {{eventType.title}} avec {{operator.names}}',
      body: `Bonjour {{recipient.name}},

Votre rendez-vous avec {{operator.names}} est réservé. Au plaisir de vous retrouver.`,
    },
    confirmed_staff: {
      subject: 'Nouvelle réservation : {{visitor.name}}, {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

{{visitor.name}} ({{visitor.email}}) a réservé un rendez-vous avec vous.`,
    },
    rescheduled: {
      subject: 'Votre rendez-vous a été déplacé : {{eventType.title}} avec {{operator.names}}',
      body: `Bonjour {{recipient.name}},

Votre rendez-vous avec {{operator.names}} a été déplacé. Le nouvel horaire figure ci-dessous.

Horaire précédent : {{when.before}}.`,
    },
    rescheduled_staff: {
      subject: 'Déplacé : {{visitor.name}}, {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Le rendez-vous de {{visitor.name}} ({{visitor.email}}) a été déplacé. Le nouvel horaire figure ci-dessous.

Horaire précédent : {{when.before}}.`,
    },
    cancelled: {
      subject: 'Annulé : {{eventType.title}} avec {{operator.names}}',
      body: `Bonjour {{recipient.name}},

Le rendez-vous ci-dessous avec {{operator.names}} a été annulé.

{{reason}}`,
    },
    cancelled_staff: {
      subject: 'Annulé : {{visitor.name}}, {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Le rendez-vous de {{visitor.name}} ({{visitor.email}}) a été annulé. L’horaire est de nouveau libre.

{{reason}}`,
    },
    reminder: {
      subject: 'Rappel : {{eventType.title}} {{time.left}}',
      body: `Bonjour {{recipient.name}},

Petit rappel : votre rendez-vous avec {{operator.names}} commence {{time.left}}.`,
    },
    link_ready: {
      subject: 'Le lien de votre réunion : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Le lien de la réunion Teams ci-dessous est prêt.`,
    },
    recording_ready: {
      subject: 'L’enregistrement est prêt : {{eventType.title}}',
      body: `Bonjour {{recipient.name}},

Vous pouvez maintenant consulter ce qui a été enregistré de votre réunion avec {{operator.names}}.`,
    },
    connect_again: {
      subject: 'Veuillez reconnecter votre compte Microsoft : {{account}}',
      body: `Bonjour {{recipient.name}},

{{workspace.name}} crée des réunions Teams dans le calendrier de {{account}}. Veuillez vous connecter une nouvelle fois chez Microsoft et accepter ce qui y est demandé. Microsoft vous le montre avant que vous ne décidiez.

{{message}}

{{until.then}}

Cela prend environ une minute. Aucune réunion n’est annulée.`,
    },
    reconnect_needed: {
      subject: 'Microsoft Teams doit être reconnecté : {{account}}',
      body: `Bonjour {{recipient.name}},

Parley ne peut plus utiliser le compte Microsoft {{account}} de {{member.name}}. Tant qu’il n’est pas reconnecté, Parley ne peut ni créer, ni déplacer, ni annuler de réunions avec lui. Les réservations sont conservées, et leurs réunions suivront dès que le compte sera de retour.

Que faire
1. Ouvrez les intégrations dans Parley, en session de {{member.name}}.
2. Choisissez « Reconnecter » (Reconnect) à côté de Microsoft Teams, puis connectez-vous avec le même compte.`,
    },
    credential_expiring: {
      subject: 'Le {{credential.kind}} « {{credential.name}} » de « {{app.name}} » expire {{time.left}}',
      body: `Bonjour {{recipient.name}},

Le {{credential.kind}} « {{credential.name}} » de l’inscription d’application « {{app.name}} » expire {{time.left}} : {{when}}.

Rien ne change d’ici là. Ensuite, Microsoft ne l’acceptera plus et, sans un autre qui fonctionne, Parley ne pourra ni créer, ni déplacer, ni annuler de réunions pour les locataires Microsoft 365 de cette inscription d’application.

{{steps}}`,
    },
    credential_expired: {
      subject: 'Le {{credential.kind}} « {{credential.name}} » de « {{app.name}} » a expiré',
      body: `Bonjour {{recipient.name}},

Le {{credential.kind}} « {{credential.name}} » de l’inscription d’application « {{app.name}} » a expiré : {{when}}.

Microsoft ne l’accepte plus. Si l’inscription d’application en a un autre qui fonctionne, Parley l’utilise. Sinon, Parley ne peut ni créer, ni déplacer, ni annuler de réunions pour les locataires Microsoft 365 de cette inscription d’application jusqu’à ce qu’elle en ait un.

{{steps}}`,
    },
    webhook_failing: {
      subject: 'Les webhooks n’arrivent pas chez {{endpoint.host}}',
      body: `Bonjour {{recipient.name}},

Depuis {{since}}, rien de ce que Parley a envoyé à un point de terminaison chez {{endpoint.host}} n’est arrivé.

Chaque message est retenté pendant trois jours. Après cinq jours sans un seul succès, le point de terminaison est désactivé. Dès lors, Parley demande pendant 30 jours, à intervalles croissants, s’il répond de nouveau, et le réactive de lui-même.

Que faire
1. Ouvrez le point de terminaison dans Parley : ses livraisons montrent ce qui a été envoyé et ce qui est revenu.
2. Remettez le destinataire en état et envoyez un test depuis cette page. Dès qu’un message arrive, les autres suivent d’eux-mêmes.
3. Si plus personne n’a besoin des messages, désactivez ou supprimez le point de terminaison.`,
    },
    webhook_resumed: {
      subject: 'Les webhooks arrivent de nouveau chez {{endpoint.host}}',
      body: `Bonjour {{recipient.name}},

Le point de terminaison chez {{endpoint.host}} a été désactivé ({{since}}), car rien n’y était arrivé pendant cinq jours. Il vient de répondre de nouveau, et Parley l’a réactivé de lui-même.

Ce qui n’est pas arrivé et ce qui s’est passé entre-temps est envoyé maintenant, en commençant par le plus ancien. Vous n’avez rien à faire.`,
    },
  },
  words: {
    what: 'Objet',
    when: 'Quand',
    furtherTimes: 'Autres horaires',
    with: 'Avec',
    where: 'Où',
    guest: 'Visiteur',
    guests: 'Également invités',
    visitorNote: 'Message',
    teamsMeeting: 'Réunion Microsoft Teams',
    join: 'Rejoindre la réunion Teams',
    linkFollows: 'Le lien de la réunion Teams suivra par e-mail.',
    manage: 'Déplacer ou annuler',
    approve: 'Accepter',
    decline: 'Refuser',
    decideHint: 'Chaque lien ouvre une page qui demande encore confirmation. L’ouvrir ne décide rien.',
    openBooking: 'Ouvrir la réservation dans Parley',
    openConnection: 'Ouvrir les intégrations dans Parley',
    connectAgain: 'Reconnecter',
    goesOnUntilThen:
      'D’ici là, vos réunions continuent comme avant. Ce qui demande les nouvelles autorisations doit attendre.',
    restsUntilThen:
      'D’ici là, Parley ne crée, ne déplace et n’annule aucune réunion dans ce calendrier. Celles qui sont réservées gardent leur heure et suivront dès que le compte sera de retour.',
    connectLinkHint: 'Le lien fonctionne une seule fois, pour ce compte uniquement, pendant {{days}} jours.',
    openRegistration: 'Ouvrir l’inscription d’application dans Parley',
    openParley: 'Ouvrir Parley',
    openRecording: 'Voir l’enregistrement',
    stopReminders: 'Ne plus recevoir de rappels',
    calendarSummary: '{{eventType.title}} avec {{operator.names}}',
    calendarSummaryStaff: '{{eventType.title}} : {{visitor.name}}',
    whyVisitor:
      'Vous recevez ce message parce que cette adresse a été indiquée pour un rendez-vous avec {{workspace.name}}.',
    whyOperator: 'Vous recevez ce message parce que vous assurez des rendez-vous pour {{workspace.name}}.',
    whyAdministrator: 'Vous recevez ce message parce que vous gérez {{workspace.name}} dans Parley.',
    whyNamed:
      'Vous recevez ce message parce que votre adresse a été indiquée pour un webhook de {{workspace.name}} dans Parley.',
    whyConnected: 'Vous recevez ce message parce que {{account}} est connecté à {{workspace.name}}.',
    certificate: 'certificat',
    secret: 'secret client',
    certificateSteps: `Que faire
1. Créez un nouveau certificat sur la page de l’inscription d’application dans Parley, et téléchargez son fichier .cer.
2. Dans Microsoft Entra, ouvrez l’inscription d’application dont l’ID d’application (client) est {{app.clientId}} et chargez le fichier sous « Certificats et secrets ». Il faut pour cela le rôle Administrateur d’application.
3. Laissez Parley vérifier le nouveau. Dès lors, Parley l’utilise et l’ancien peut être supprimé. Les deux peuvent exister en même temps ; aucune réunion n’est touchée.`,
    secretSteps: `Que faire
1. Dans Microsoft Entra, ouvrez l’inscription d’application dont l’ID d’application (client) est {{app.clientId}} et créez un nouveau secret client sous « Certificats et secrets ». Il faut pour cela le rôle Administrateur d’application.
2. Ajoutez sa valeur (et non l’ID de secret) sur la page de l’inscription d’application dans Parley. Un certificat durerait plus longtemps et ne quitterait jamais Parley.
3. Laissez Parley vérifier le nouveau. Dès lors, Parley l’utilise et l’ancien peut être supprimé. Les deux peuvent exister en même temps ; aucune réunion n’est touchée.`,
    withinADay: 'dans moins d’un jour',
  },
};
