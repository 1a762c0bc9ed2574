/**
 * Every way Parley can refuse or fail, once. HTTP answers (RFC 9457), the retry decision of jobs, the remedy that the
 * console shows and the pages in `docs/problems/` are all read from this table.
 */
type Row = {
  /** HTTP status of an answer that carries this problem. */
  status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 416 | 422 | 429 | 500 | 502 | 503 | 504;
  /** What happened, in a few words; sentence case, no full stop. */
  title: string;
  /** True when the same work may succeed later by itself, so that a job tries again. */
  retry: boolean;
  /** What a person can do about it, in one or two sentences of plain words. */
  remedy: string;
  /** True when the stored grant of a connection is of no use any more until its user signs in again. */
  reconnect?: true;
};

const table = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    retry: false,
    remedy: 'Correct the fields that the answer names and send the request again.',
  },
  unauthorized: {
    status: 401,
    title: 'Sign-in or an API key is needed',
    retry: false,
    remedy: 'Send an API key as “Authorization: Bearer …”, or sign in to the console.',
  },
  forbidden: {
    status: 403,
    title: 'You may not do this',
    retry: false,
    remedy: 'Ask an administrator of the workspace for the right role, or use a key that has the permission.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this address',
    retry: false,
    remedy: 'Check the id. What belongs to another workspace is answered the same way.',
  },
  internal_error: {
    status: 500,
    title: 'Something failed inside Parley',
    retry: true,
    remedy: 'Try again. If it happens again, give the request id to whoever runs this server.',
  },

  // Requests to Parley
  method_not_allowed: {
    status: 405,
    title: 'This address does not take this method',
    retry: false,
    remedy: 'Use a method that the Allow header of the answer names.',
  },
  payload_too_large: {
    status: 413,
    title: 'The request is too large',
    retry: false,
    remedy: 'Send a smaller body; the API reference names the limit of each field.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body has a type that this address does not take',
    retry: false,
    remedy: 'Send the body as JSON, with “Content-Type: application/json”.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'The content has none of the bytes that were asked for',
    retry: false,
    remedy: 'Ask for a range within the size that the Content-Range header of the answer names, or for the whole.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests in a short time',
    retry: true,
    remedy: 'Wait for as long as the Retry-After header says, then send the request again.',
  },
  idempotency_conflict: {
    status: 422,
    title: 'This Idempotency-Key was used for a different request',
    retry: false,
    remedy: 'Use a new key for a new request; use the same key only to repeat exactly the same one.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    retry: true,
    remedy: 'Wait a second and send the same request again; it gets the answer of the first one.',
  },
  external_id_taken: {
    status: 409,
    title: 'This external id is taken',
    retry: false,
    remedy: 'Read what has this external id, or use one that is new in this workspace.',
  },
  contact_exists: {
    status: 409,
    title: 'Another contact has this e-mail address',
    retry: false,
    remedy: 'Change the contact who exists, or use the e-mail address of the person who is new.',
  },
  slug_taken: {
    status: 409,
    title: 'Another event type already has this address',
    retry: false,
    remedy: 'Choose a different address for this event type.',
  },
  member_exists: {
    status: 409,
    title: 'Somebody with this e-mail address is a member already',
    retry: false,
    remedy: 'Change the member who exists, or use the e-mail address of the person who is new.',
  },
  link_expired: {
    status: 410,
    title: 'This sign-in link was used or has expired',
    retry: false,
    remedy: 'Ask for a new sign-in link; each one works once and for a short time.',
  },
  connect_link_expired: {
    status: 410,
    title: 'This link to connect Microsoft Teams was used or has expired',
    retry: false,
    remedy: 'Go back to where you found it and begin again; each link connects one account, once.',
  },
  return_uri_not_allowed: {
    status: 400,
    title: 'People may not be sent back to this address',
    retry: false,
    remedy:
      'Add the address, to the letter, to the return addresses of the workspace: under Developers › Connecting accounts, or with PATCH /v1/workspace.',
  },
  other_account: {
    status: 409,
    title: 'Another account was signed in than the one that was to be connected again',
    retry: false,
    remedy: 'Ask for a new link, and sign in with the account that it names.',
  },
  artifact_link_expired: {
    status: 410,
    title: 'This link has expired',
    retry: false,
    remedy: 'Open the recording, transcript or attendance report where you found the link: it is made anew there.',
  },
  webhook_url_refused: {
    status: 422,
    title: 'Webhooks cannot be sent to this address',
    retry: false,
    remedy:
      'Give an https:// address on the public internet. Whoever runs this server can allow networks of their own with Webhooks:AllowedNetworks.',
  },
  webhook_challenge_failed: {
    status: 422,
    title: 'The address does not answer as a receiver of webhooks',
    retry: false,
    remedy:
      'Let the address answer GET with 200 and the bare value of its query parameter “challenge”, within 10 seconds, and ask again.',
  },
  webhook_endpoint_disabled: {
    status: 409,
    title: 'This webhook endpoint is disabled',
    retry: false,
    remedy: 'Enable the endpoint first; its page says why it was disabled.',
  },
  too_many_webhook_endpoints: {
    status: 409,
    title: 'This workspace has as many webhook endpoints as it may have',
    retry: false,
    remedy: 'Delete an endpoint that nobody needs any more, or let one endpoint receive for several systems.',
  },
  state_mismatch: {
    status: 400,
    title: 'This sign-in did not start in this browser',
    retry: false,
    remedy: 'Go back to Integrations and choose Connect again, in the same browser from start to end.',
  },
  database_unavailable: {
    status: 503,
    title: 'Parley cannot reach its database',
    retry: true,
    remedy: 'Try again shortly. If it lasts, whoever runs this server checks PostgreSQL and the Database settings.',
  },

  // Storage of recordings
  storage_unavailable: {
    status: 503,
    title: 'The storage of recordings cannot be used at the moment',
    retry: true,
    remedy:
      'Try again later. Whoever runs this server checks that the storage can be reached, has room, and lets Parley write: see the Storage settings.',
  },
  stored_content_damaged: {
    status: 500,
    title: 'What is stored of this recording is missing or damaged',
    retry: false,
    remedy: 'Whoever runs this server restores the storage from a backup that is as old as the database or newer.',
  },

  // Bookings and meetings
  slot_taken: {
    status: 409,
    title: 'Somebody else has just taken this time',
    retry: false,
    remedy: 'Choose another of the times that are offered now.',
  },
  slot_not_offered: {
    status: 409,
    title: 'This time is not offered',
    retry: false,
    remedy:
      'Choose one of the times that are offered; the host’s hours or calendar may have changed since the page was opened.',
  },
  too_many_holds: {
    status: 429,
    title: 'Too many times are kept for people who are filling in the form',
    retry: true,
    remedy: 'Book the time without keeping it first, or try again in ten minutes, when holds have ended.',
  },
  calendar_unreadable: {
    status: 503,
    title: 'The host’s calendar could not be read, so no times are offered',
    retry: true,
    remedy:
      'Try again in a few minutes. If it lasts, the host opens Integrations, which says what is wrong with the connection.',
  },
  booking_not_open: {
    status: 409,
    title: 'Bookings are not open here at the moment',
    retry: false,
    remedy:
      'The host switches the event type on and opens Integrations, which says whether the Microsoft connection needs them.',
  },
  booking_closed: {
    status: 409,
    title: 'This booking can no longer be changed',
    retry: false,
    remedy: 'It was cancelled or has already taken place. Make a new booking instead.',
  },
  booking_not_begun: {
    status: 409,
    title: 'This booking has not begun yet',
    retry: false,
    remedy: 'Say whether the visitor came once the meeting has begun, or cancel the booking now.',
  },
  request_decided: {
    status: 409,
    title: 'This request has been decided already',
    retry: false,
    remedy: 'Look at the booking as it is now. An approval is taken back by declining it.',
  },
  change_not_allowed: {
    status: 409,
    title: 'This booking cannot be changed any more',
    retry: false,
    remedy: 'Ask the host: the event type’s rules say until when, and how often, visitors change a booking themselves.',
  },
  meeting_has_booking: {
    status: 409,
    title: 'This meeting belongs to a booking',
    retry: false,
    remedy: 'Move or cancel the booking instead: it holds the time, and the meeting follows.',
  },
  meeting_cancelled: {
    status: 409,
    title: 'This meeting was cancelled',
    retry: false,
    remedy: 'Make a new meeting; a cancelled one does not come back.',
  },
  meeting_differs: {
    status: 409,
    title: 'The meeting with this external id cannot become this one',
    retry: false,
    remedy:
      'Give its kind, text and organizer as they are, or cancel it first: then its external id makes a new meeting.',
  },
  already_resolved: {
    status: 409,
    title: 'Somebody has already decided what holds for this meeting',
    retry: false,
    remedy: 'Look at the meeting as it is now: somebody else was first, or Outlook shows what is wanted again.',
  },
  meeting_over: {
    status: 409,
    title: 'The meeting’s time had passed before it could be made',
    retry: false,
    remedy: 'Make a new meeting at a later time; the problems that came before say why this one was not made.',
  },
  create_unresolved: {
    status: 503,
    title: 'It is not known yet whether Microsoft made the event',
    retry: true,
    remedy:
      'Nothing to do: Parley looks for the event again in a moment, so that nothing is made twice or left behind.',
  },
  event_not_found: {
    status: 404,
    title: 'The calendar event no longer exists',
    retry: false,
    remedy: 'Somebody deleted it in Outlook or moved the mailbox. The host cancels the booking here, or books again.',
  },
  event_changed_meanwhile: {
    status: 409,
    title: 'The calendar event was changed at the same moment',
    retry: true,
    remedy: 'Nothing to do: Parley reads the event again and repeats the change.',
  },
  duplicate_event: {
    status: 409,
    title: 'Microsoft already has a different event for this meeting',
    retry: true,
    remedy:
      'Parley looks for the event that exists and uses it. If this stays, the host checks the calendar for a copy.',
  },
  not_organizer: {
    status: 403,
    title: 'The account is not the organizer of this meeting',
    retry: false,
    remedy: 'The organizer cancels or changes it in Outlook, or connects their own account in Parley.',
  },
  provisioning: {
    status: 503,
    title: 'The event exists, but Teams has not given it a join link yet',
    retry: true,
    remedy: 'Nothing to do: the time is booked, and Parley asks for the link again by itself.',
  },
  teams_not_available: {
    status: 409,
    title: 'The event was made, but without a Teams meeting',
    retry: false,
    remedy:
      'A Microsoft 365 administrator gives the organizer a Teams licence and allows Teams as online meeting provider in Exchange. Then choose Try again on the meeting.',
  },
  time_zone_not_supported: {
    status: 422,
    title: 'Microsoft does not know this time zone',
    retry: false,
    remedy: 'Choose the name of a larger city in the same zone for the event type.',
  },
  personal_account: {
    status: 409,
    title: 'Personal Microsoft accounts cannot make Teams meetings',
    retry: false,
    remedy:
      'Connect a work or school account on Integrations. A personal account can only be read for free and busy times.',
  },
  mailbox_not_found: {
    status: 409,
    title: 'The account has no Exchange Online mailbox',
    retry: false,
    remedy:
      'A Microsoft 365 administrator gives the user an Exchange Online licence, or the user connects an account that has a mailbox.',
  },
  organizer_not_licensed: {
    status: 409,
    title: 'The organizer has no Teams licence',
    retry: false,
    remedy:
      'A Microsoft 365 administrator assigns the organizer a licence that contains Teams, or an administrator of the workspace chooses another organizer.',
  },
  user_not_found: {
    status: 404,
    title: 'The user does not exist in this Microsoft tenant',
    retry: false,
    remedy: 'An administrator checks the name or object id of the user in Entra and corrects it here.',
  },
  online_meeting_not_found: {
    status: 404,
    title: 'Teams does not find this online meeting',
    retry: false,
    remedy: 'Check that the organizer is the one who made the meeting; old meetings expire 60 days after their end.',
  },
  options_waiting: {
    status: 503,
    title: 'Teams does not know the meeting behind the link yet',
    retry: true,
    remedy: 'Nothing to do: the meeting can be joined, and Parley sets its options as soon as Teams finds it.',
  },
  meeting_option_not_applied: {
    status: 409,
    title: 'Teams did not apply an option of the meeting',
    retry: false,
    remedy:
      'A Teams administrator checks the organizer’s meeting policy and licence (watermarks need Teams Premium); the meeting itself exists and can be joined.',
  },

  // The Microsoft connection
  not_connected: {
    status: 409,
    title: 'No Microsoft account is connected',
    retry: false,
    remedy: 'The host opens Integrations and chooses Connect Microsoft Teams.',
  },
  mail_not_configured: {
    status: 409,
    title: 'This server sends no mail yet',
    retry: false,
    remedy: 'Whoever runs this server sets Mail__SmtpUrl and Mail__From and restarts Parley.',
  },
  mail_withdrawn: {
    status: 409,
    title: 'The mail was taken back before it was sent',
    retry: false,
    remedy:
      'What it says is not true any more: the booking was moved or cancelled. The letter about that was sent instead.',
  },
  meetings_not_configured: {
    status: 409,
    title: 'OAuth isn’t configured on this server yet',
    retry: false,
    remedy:
      'Whoever runs this server sets MicrosoftTeams__ClientId and MicrosoftTeams__ClientSecret and restarts Parley.',
  },
  reconnect_needed: {
    status: 409,
    title: 'Microsoft no longer accepts the connection',
    retry: false,
    remedy: 'The user of the connection opens Integrations and chooses Reconnect.',
    reconnect: true,
  },
  reauthentication_asked: {
    status: 409,
    title: 'The owner of the connection was asked to connect it again',
    retry: false,
    remedy:
      'The user of the connection opens Integrations and chooses Reconnect; whoever is no member opens the link they were sent.',
    reconnect: true,
  },
  scopes_missing: {
    status: 409,
    title: 'The connection lacks permissions that this server now asks for',
    retry: false,
    remedy: 'The user of the connection opens Integrations, chooses Reconnect and accepts every permission.',
    reconnect: true,
  },
  grant_expired: {
    status: 409,
    title: 'The connection has expired',
    retry: false,
    remedy:
      'The user of the connection opens Integrations and chooses Reconnect. If this comes back often, an administrator looks at the sign-in frequency in Conditional Access.',
    reconnect: true,
  },
  grant_revoked: {
    status: 409,
    title: 'The connection was revoked',
    retry: false,
    remedy:
      'A password reset or an administrator ended the sign-in. The user opens Integrations and chooses Reconnect.',
    reconnect: true,
  },
  consent_missing: {
    status: 409,
    title: 'The app has not been given the permissions it needs',
    retry: false,
    remedy:
      'The user opens Integrations, chooses Reconnect and accepts; or an administrator accepts for everyone with the admin consent link.',
    reconnect: true,
  },
  mfa_needed: {
    status: 409,
    title: 'Microsoft wants the user to prove who they are again',
    retry: false,
    remedy:
      'The user of the connection opens Integrations, chooses Reconnect and completes the extra step that Microsoft asks for.',
    reconnect: true,
  },
  blocked_by_policy: {
    status: 403,
    title: 'A Conditional Access policy blocks the sign-in',
    retry: false,
    remedy:
      'A tenant administrator finds the blocked sign-in in the Entra sign-in logs and excludes this app or changes the policy. Then the user reconnects.',
    reconnect: true,
  },
  account_disabled: {
    status: 403,
    title: 'The Microsoft account is disabled',
    retry: false,
    remedy:
      'A tenant administrator enables the account in Entra, and its user reconnects; or somebody else connects theirs.',
    reconnect: true,
  },
  user_not_assigned: {
    status: 403,
    title: 'The user is not assigned to the app',
    retry: false,
    remedy:
      'A tenant administrator assigns the user under Enterprise applications › Users and groups, or turns “Assignment required” off. Then the user reconnects.',
    reconnect: true,
  },
  account_locked: {
    status: 409,
    title: 'The Microsoft account is locked for a while',
    retry: true,
    remedy: 'The user waits some minutes, or resets the password; too many wrong passwords were entered.',
  },

  // Signing in with Microsoft
  consent_declined: {
    status: 403,
    title: 'The permissions were declined',
    retry: false,
    remedy: 'Choose Connect again and accept, or ask whoever declined. Parley cannot make meetings without them.',
  },
  sign_in_cancelled: {
    status: 400,
    title: 'The sign-in was cancelled',
    retry: false,
    remedy: 'Choose Connect again whenever you are ready; nothing was changed.',
  },
  sign_in_interrupted: {
    status: 400,
    title: 'The sign-in took too long or was used twice',
    retry: false,
    remedy: 'Start again with Connect; do not use the Back button or an old page.',
  },
  sign_in_refused: {
    status: 403,
    title: 'Microsoft refused the sign-in',
    retry: false,
    remedy:
      'Try again with Connect. If it stays, send the Microsoft code and request id to your Microsoft 365 administrator.',
  },
  admin_approval_needed: {
    status: 403,
    title: 'An administrator must approve the app first',
    retry: false,
    remedy:
      'Send the admin consent link to an administrator of your Microsoft tenant. After they accept, choose Connect again.',
    reconnect: true,
  },
  wrong_tenant_account: {
    status: 403,
    title: 'This account does not belong to the tenant that may be used here',
    retry: false,
    remedy:
      'Choose Connect and pick the account of the right organization, or have its administrator invite this account as a guest.',
  },
  account_type_not_allowed: {
    status: 403,
    title: 'The app does not take accounts of this kind',
    retry: false,
    remedy:
      'Use a work or school account; or whoever runs the app registration changes its supported account types in Entra.',
  },
  id_token_invalid: {
    status: 502,
    title: 'Microsoft’s proof of identity could not be verified',
    retry: false,
    remedy:
      'Try Connect again. If it stays, whoever runs this server checks MicrosoftTeams__Authority and MicrosoftTeams__ClientId.',
  },
  server_clock_wrong: {
    status: 500,
    title: 'The clock of this server is wrong',
    retry: true,
    remedy:
      'Whoever runs this server turns on time synchronisation (NTP); Microsoft accepts a difference of five minutes.',
  },

  // The app registration in Entra
  app_not_found: {
    status: 502,
    title: 'Microsoft does not know the app in this tenant',
    retry: false,
    remedy:
      'Whoever manages the app registration compares its client id and tenant in Entra with those in Parley (the server’s own: MicrosoftTeams__ClientId and TenantId). In the tenant of a customer, a user connects or an administrator consents again.',
  },
  app_disabled: {
    status: 403,
    title: 'The app is disabled in this tenant',
    retry: false,
    remedy:
      'A tenant administrator sets “Enabled for users to sign in” to Yes under Enterprise applications › Properties.',
  },
  admin_consent_missing: {
    status: 403,
    title: 'No administrator has approved the app’s own permissions',
    retry: false,
    remedy:
      'A Global Administrator of the tenant opens the admin consent link of the setup guide and accepts. Nobody needs to reconnect.',
  },
  app_blocked_by_policy: {
    status: 403,
    title: 'A Conditional Access policy for apps keeps Parley out',
    retry: false,
    remedy:
      'A tenant administrator finds the blocked sign-in under Sign-in logs › Service principal sign-ins and excludes this app from the policy or allows this server’s address. Nobody needs to reconnect.',
  },
  app_secret_wrong: {
    status: 502,
    title: 'Microsoft does not accept the client secret',
    retry: true,
    remedy:
      'Whoever manages the app registration adds the secret’s Value, not its Secret ID, under Microsoft 365 › App registrations; for the server’s own, in MicrosoftTeams__ClientSecret, and restarts Parley. Nobody needs to reconnect.',
  },
  app_secret_expired: {
    status: 502,
    title: 'The client secret has expired',
    retry: true,
    remedy:
      'Whoever manages the app registration makes a new client secret in Entra and adds its Value under Microsoft 365 › App registrations; for the server’s own, in MicrosoftTeams__ClientSecret, and restarts Parley. Nobody needs to reconnect.',
  },
  app_credential_missing: {
    status: 502,
    title: 'The app registration wants a credential that Parley did not send',
    retry: true,
    remedy:
      'Whoever manages the app registration adds a certificate or a client secret under Microsoft 365 › App registrations (the server’s own: MicrosoftTeams__ClientSecret), or registers the redirect URI under the platform Web instead of a public client.',
  },
  app_credential_refused: {
    status: 502,
    title: 'Microsoft refused how the app proved itself',
    retry: true,
    remedy:
      'Whoever manages the app registration checks in Entra that the app is a Web app with the credential that Parley has.',
  },
  app_certificate_unknown: {
    status: 502,
    title: 'Microsoft does not know the app’s certificate',
    retry: true,
    remedy:
      'Whoever manages the app registration uploads the .cer file under Certificates & secrets and compares the thumbprint with the one that Parley shows. Nobody needs to reconnect.',
  },
  certificate_unreadable: {
    status: 422,
    title: 'The certificate cannot be read',
    retry: false,
    remedy:
      'Whoever brings the certificate uploads one PEM file with the private key and the certificate, RSA of at least 2048 bits, and the right password.',
  },
  certificate_key_mismatch: {
    status: 422,
    title: 'The private key does not belong to the certificate',
    retry: false,
    remedy: 'Whoever brings the certificate uploads the private key with which this very certificate was made.',
  },
  redirect_uri_mismatch: {
    status: 502,
    title: 'The redirect URI is not registered',
    retry: false,
    remedy:
      'Whoever manages the app registration adds the redirect URI that Parley shows for it, character by character, under Authentication › Web.',
  },
  spa_redirect_uri: {
    status: 502,
    title: 'The redirect URI is registered for the wrong platform',
    retry: false,
    remedy:
      'Whoever runs the app registration moves the redirect URI from Single-page application to Web under Authentication.',
  },
  single_tenant_app: {
    status: 502,
    title: 'The app takes accounts of one tenant only',
    retry: false,
    remedy:
      'Whoever manages the app registration enters it here with the tenant’s GUID (the server’s own: MicrosoftTeams__TenantId), or makes it multitenant in Entra.',
  },
  tenant_not_found: {
    status: 502,
    title: 'Microsoft does not know the tenant',
    retry: false,
    remedy:
      'Whoever manages the app registration enters it here with the Directory (tenant) ID from Entra’s overview page and the right cloud (the server’s own: MicrosoftTeams__TenantId).',
  },
  tenant_id_needed: {
    status: 409,
    title: 'This needs a particular tenant, not “common”',
    retry: false,
    remedy:
      'Whoever set this up names the tenant by its Directory (tenant) ID: an app that acts by itself always acts in one tenant.',
  },
  token_tenant_mismatch: {
    status: 502,
    title: 'Microsoft gave a token of another tenant or app than was asked for',
    retry: false,
    remedy:
      'Whoever runs this server checks the authority address and any proxy in between; an administrator compares the tenant id here with Entra’s overview page. Parley does not use the token.',
  },
  invalid_scope: {
    status: 502,
    title: 'Microsoft does not know one of the scopes',
    retry: false,
    remedy:
      'Whoever manages the app registration corrects its scopes here (the server’s own: MicrosoftTeams__Scopes): Graph permission names, all of one service.',
  },
  app_permissions_misconfigured: {
    status: 502,
    title: 'The permissions of the app registration do not work in this tenant',
    retry: false,
    remedy:
      'Whoever runs the app registration adds the Graph permissions again under API permissions; the tenant must have the Microsoft 365 service that they belong to.',
  },

  // Whole tenants
  registration_exists: {
    status: 409,
    title: 'This app registration is here already',
    retry: false,
    remedy: 'Open the registration that exists, and add the new credential to it.',
  },
  registration_in_use: {
    status: 409,
    title: 'This app registration is still used',
    retry: false,
    remedy: 'Disconnect the people and remove the tenants that use it first; the answer says how many there are.',
  },
  tenant_connected: {
    status: 409,
    title: 'This tenant is connected already',
    retry: false,
    remedy: 'Open the tenant that exists and go on with its setup guide.',
  },
  tenant_not_live: {
    status: 409,
    title: 'The tenant does not take meetings for this organizer yet',
    retry: false,
    remedy:
      'An administrator of the workspace finishes the setup guide: the pilot group comes first, then go-live for everyone who is allowed.',
  },
  setup_incomplete: {
    status: 409,
    title: 'The checklist is not complete',
    retry: false,
    remedy: 'Open the steps that the answer names, do what they say and check them again; then sign off.',
  },
  organizer_not_allowed: {
    status: 403,
    title: 'Parley may not make meetings for this user',
    retry: false,
    remedy: 'An administrator of the workspace allows the organizer under Microsoft 365 › Access policies.',
  },
  organizer_exists: {
    status: 409,
    title: 'This user is an organizer already',
    retry: false,
    remedy: 'Open the organizer who exists under Microsoft 365 › Access policies, and change there what should change.',
  },
  organizer_ambiguous: {
    status: 409,
    title: 'Several people of the directory match this person',
    retry: false,
    remedy:
      'An administrator chooses one of the people whom the answer names, or a match field whose values are unique.',
  },
  organizer_unmatched: {
    status: 409,
    title: 'Nobody in the directory matches this person',
    retry: false,
    remedy: 'An administrator corrects the value here or in Entra, or chooses other match fields.',
  },
  organizer_disabled: {
    status: 409,
    title: 'The organizer’s Microsoft account is disabled',
    retry: false,
    remedy:
      'A Microsoft 365 administrator enables the account in Entra, or an administrator of the workspace chooses another organizer.',
  },
  organizer_is_guest: {
    status: 409,
    title: 'The organizer is a guest of this tenant',
    retry: false,
    remedy: 'An administrator chooses a member of the tenant: guests have no mailbox and no Teams licence here.',
  },
  default_organizer_missing: {
    status: 409,
    title: 'There is no default organizer',
    retry: false,
    remedy:
      'An administrator enters the default organizer under Microsoft 365 › Access policies, or lets the event type use the operator as organizer.',
  },
  policy_propagating: {
    status: 503,
    title: 'The Teams policy was granted and is still being applied',
    retry: true,
    remedy: 'Nothing to do: Teams takes up to 30 minutes, and Parley tries again by itself.',
  },

  // The tab in Teams
  teams_token_invalid: {
    status: 403,
    title: 'The sign-in from Teams could not be verified',
    retry: false,
    remedy:
      'Open the app in Teams again. If it stays like this, an administrator of the workspace checks the steps under Microsoft 365, Teams app.',
  },
  teams_token_expired: {
    status: 403,
    title: 'The sign-in from Teams has expired',
    retry: false,
    remedy: 'Open the tab again: Teams then signs you in anew by itself.',
  },
  teams_token_other_app: {
    status: 403,
    title: 'This sign-in was made for another app',
    retry: false,
    remedy:
      'An administrator compares client id and Application ID URI of the app registration with those under Microsoft 365, Teams app, and uploads the package again.',
  },
  teams_scope_missing: {
    status: 403,
    title: 'The sign-in from Teams lacks the permission access_as_user',
    retry: false,
    remedy:
      'An administrator adds the scope access_as_user under “Expose an API” of the app registration and authorizes the Teams clients for it.',
  },
  teams_tenant_unknown: {
    status: 403,
    title: 'Your organization is not connected to this workspace',
    retry: false,
    remedy:
      'Use Teams with an account of the organization that this workspace works with, or ask its administrator to connect yours.',
  },
  teams_guest: {
    status: 403,
    title: 'Guests cannot use this tab',
    retry: false,
    remedy: 'Switch Teams to your own organization and open the app there.',
  },
  teams_personal_account: {
    status: 403,
    title: 'Personal Microsoft accounts cannot use this tab',
    retry: false,
    remedy: 'Open the app in Teams with your work or school account.',
  },
  teams_person_unknown: {
    status: 403,
    title: 'Parley does not know yet whose Microsoft account this is',
    retry: false,
    remedy:
      'Open the console in your browser and connect Microsoft Teams there once, or ask an administrator to match you in the roster. Then open this tab again.',
  },

  // Microsoft refuses or fails
  access_token_rejected: {
    status: 502,
    title: 'Microsoft Graph did not accept the access token',
    retry: true,
    remedy: 'Nothing to do: Parley gets a new token and tries again. If it stays, reconnect the account.',
  },
  missing_permission: {
    status: 403,
    title: 'The app lacks a permission for this',
    retry: false,
    remedy:
      'Delegated: the user reconnects and accepts every permission. App-only: a tenant administrator grants the permission under API permissions.',
  },
  directory_permission_missing: {
    status: 403,
    title: 'The app may not read this from the tenant’s directory',
    retry: false,
    remedy:
      'A tenant administrator adds User.Read.All (or User.ReadBasic.All, if only names and addresses are needed) as application permission and grants admin consent.',
  },
  delegated_only: {
    status: 409,
    title: 'This works only for a user who has signed in',
    retry: false,
    remedy:
      'The user connects their own account on Integrations, or an administrator chooses an organizer for the app-only connection.',
  },
  access_denied_by_exchange: {
    status: 403,
    title: 'Exchange refused access to the mailbox',
    retry: false,
    remedy:
      'An Exchange administrator checks that the mailbox may be reached by apps (Exchange Web Services, application policies); the user checks that every permission was accepted.',
  },
  exchange_scope_denied: {
    status: 403,
    title: 'An Exchange policy keeps the app away from this mailbox',
    retry: true,
    remedy:
      'An Exchange administrator adds the mailbox to the scope of the application access policy or of RBAC for Applications. It takes up to two hours to apply.',
  },
  application_access_policy_missing: {
    status: 403,
    title: 'No Teams application access policy covers the organizer',
    retry: true,
    remedy:
      'A Teams administrator grants the organizer a policy that lists this app. It takes up to 30 minutes to apply, and Parley tries again by itself.',
  },
  artifact_policy_missing: {
    status: 403,
    title: 'No Teams application access policy lets the app read this meeting’s recordings or transcripts',
    retry: true,
    remedy:
      'A Teams administrator grants the meeting’s organizer a policy that lists this app. It takes up to 30 minutes to apply, and Parley tries again by itself.',
  },
  meeting_lookup_denied: {
    status: 403,
    title: 'Only the organizer may look this online meeting up',
    retry: false,
    remedy:
      'App-only: a Teams administrator grants the application access policy to the organizer’s own object id. Delegated: the organizer connects their account.',
  },
  meeting_reference_invalid: {
    status: 422,
    title: 'Teams does not accept this join link or meeting id',
    retry: false,
    remedy:
      'Whoever entered the link copies it again from the invitation, whole and unchanged. For a meeting that Parley made: report it with the request id.',
  },
  transcripts_disabled: {
    status: 403,
    title: 'The tenant does not let apps read transcripts',
    retry: false,
    remedy:
      'A Teams administrator turns on Transcript API access: Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess $true.',
  },
  speaker_attribution_disabled: {
    status: 403,
    title: 'The tenant does not let apps read who said what',
    retry: false,
    remedy:
      'A Teams administrator turns on attributed transcripts: Set-CsTeamsMeetingConfiguration -EnableAttributedTranscripts $true.',
  },
  calendar_event_needed: {
    status: 409,
    title: 'Teams keeps no recordings or transcripts for meetings outside the calendar',
    retry: false,
    remedy: 'Make the meeting as a calendar event, which is what Parley does by default.',
  },
  artifact_organizer_only: {
    status: 403,
    title: 'Microsoft gives this recording or transcript to the meeting’s organizer only',
    retry: false,
    remedy:
      'The meeting’s organizer connects their own account in Parley, or a Teams administrator grants them the application access policy. Somebody else’s access does not count.',
  },
  recording_download_blocked: {
    status: 403,
    title: 'Microsoft does not let this recording be downloaded',
    retry: false,
    remedy:
      'The organizer connects their own account: attendees are kept from downloading. If it is the organizer’s already, a Microsoft 365 administrator unblocks the download of recordings; in Teams it can be watched meanwhile.',
  },
  artifact_gone: {
    status: 410,
    title: 'Microsoft no longer has this recording, transcript or report',
    retry: false,
    remedy:
      'It was deleted, or the tenant’s retention ended. The organizer looks for it in the recycle bin of OneDrive or SharePoint. To keep recordings for longer, switch on their download to internal storage.',
  },
  dry_run_not_possible: {
    status: 400,
    title: 'This cannot be tried without doing it',
    retry: false,
    remedy: 'Send it without dryRun. It asks Microsoft by making something there, and removes it again.',
  },
  legal_hold: {
    status: 409,
    title: 'This is under legal hold and is not deleted',
    retry: false,
    remedy: 'Whoever is responsible lifts the hold of each booking of the meeting first.',
  },
  recording_unreadable: {
    status: 502,
    title: 'What Microsoft gave as the recording is no MP4 file',
    retry: false,
    remedy:
      'Open the recording in Teams or OneDrive. If it plays there, report this with the request id; Parley tries the copy again by itself for two weeks.',
  },
  throttled: {
    status: 503,
    title: 'Microsoft asks Parley to slow down',
    retry: true,
    remedy: 'Nothing to do: Parley waits for as long as Microsoft asks and tries again.',
  },
  microsoft_unreachable: {
    status: 504,
    title: 'Microsoft could not be reached',
    retry: true,
    remedy:
      'Nothing to do: Parley tries again. If it lasts, whoever runs this server checks its network, proxy and DNS.',
  },
  notification_url_unreachable: {
    status: 502,
    title: 'Microsoft cannot reach Parley’s address for notifications',
    retry: true,
    remedy:
      'Whoever runs this server makes its public URL reachable from the internet over https, with a certificate that browsers trust. Until then Parley looks for changes by itself.',
  },
  microsoft_unavailable: {
    status: 503,
    title: 'Microsoft has a fault at the moment',
    retry: true,
    remedy:
      'Nothing to do: Parley tries again. The service health page of the Microsoft 365 admin center says whether it is a known outage.',
  },
  entra_unavailable: {
    status: 503,
    title: 'Microsoft’s sign-in service has a fault at the moment',
    retry: true,
    remedy: 'Wait a few minutes and try again. Connections stay as they are.',
  },
  microsoft_answer_unreadable: {
    status: 502,
    title: 'Microsoft’s answer could not be understood',
    retry: true,
    remedy:
      'Nothing to do: Parley checks what happened and tries again. If it lasts, check whether a proxy changes the traffic.',
  },
  microsoft_request_invalid: {
    status: 502,
    title: 'Microsoft could not accept Parley’s request',
    retry: false,
    remedy:
      'Look at the Microsoft code under Details. If the data looks right, report it with the request id: it is a fault of Parley.',
  },
  microsoft_refused: {
    status: 502,
    title: 'Microsoft refused the request',
    retry: false,
    remedy:
      'Look at the Microsoft code under Details and give it, with the request id, to your Microsoft 365 administrator.',
  },
} as const satisfies Record<string, Row>;

export type ProblemCode = keyof typeof table;

export const problems: Readonly<Record<ProblemCode, Row>> = table;
export const problemCodes = Object.keys(table) as ProblemCode[];

/** True when a connection with this problem stays broken until its user signs in again; never true for faults that pass. */
export function needsReconnect(code: ProblemCode): boolean {
  return problems[code].reconnect === true;
}

/** One field that is wrong: a JSON pointer (RFC 6901) into the request body, and what is wrong with it. */
export type FieldError = { pointer: string; detail: string };

/** What Microsoft answered when it refused: enough for a support case, nothing secret. */
export type ProviderAnswer = {
  status: number;
  code: string;
  requestId?: string | undefined;
  clientRequestId?: string | undefined;
  date?: string | undefined;
};

type Details = {
  /** One sentence about this occurrence. Shown to people: no secrets, no internals. */
  detail?: string;
  cause?: unknown;
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number | undefined;
  errors?: FieldError[];
  provider?: ProviderAnswer | undefined;
};

/** An expected failure: something the caller, an administrator or time can put right. Programmer errors are `TypeError`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly errors: FieldError[] | undefined;
  readonly provider: ProviderAnswer | undefined;

  constructor(code: ProblemCode, { detail, cause, retryAfterMs, errors, provider }: Details = {}) {
    super(detail ?? problems[code].title, { cause });
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    this.errors = errors;
    this.provider = provider;
  }

  /** True when the same work may succeed later by itself. */
  get retryable(): boolean {
    return problems[this.code].retry;
  }
}
