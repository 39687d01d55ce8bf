// The schema of people and their access: one interface a table, columns as they are stored.

export interface OrganizationRow {
  id: string;
  name: string;
  created_at: number;
  require_second_factor: number;
}

export interface MemberRow {
  id: string;
  organization_id: string;
  user_id: string;
  name: string;
  email: string;
  role: string;
  created_at: number;
  phone: string | null;
  last_seen_at: number | null;
}

export interface MemberSiteRow {
  member_id: string;
  site_id: string;
}

export interface InvitationRow {
  id: string;
  organization_id: string;
  email: string;
  role: string;
  /** JSON array. */
  site_ids: string;
  invited_by: string;
  created_at: number;
  expires_at: number;
  token_sha256: string;
}

export interface ProviderRow {
  id: string;
  organization_id: string;
  name: string;
  issuer: string;
  client_id: string;
  /** Sealed. */
  client_secret: string;
  role_claim: string | null;
  /** JSON object: value of the claim → role. */
  role_by_value: string;
  default_role: string | null;
  created_at: number;
}

export interface ProviderDomainRow {
  domain: string;
  provider_id: string;
}

/** Whom a provider's name for a person stands for (OpenID Connect Core 1.0 §5.7: issuer and subject, nothing else). */
export interface ProviderLinkRow {
  provider_id: string;
  subject: string;
  user_id: string;
}

export interface ImageSourceRow {
  id: string;
  organization_id: string;
  name: string;
  /** JSON array; null is every site. */
  site_ids: string | null;
  created_by: string;
  created_at: number;
  renewed_at: number;
  last_used_at: number | null;
  /** Sealed. */
  secret: string;
}

export interface AccessKeyRow {
  id: string;
  organization_id: string;
  name: string;
  /** JSON array. */
  permissions: string;
  /** JSON array; null is every site. */
  site_ids: string | null;
  created_by: string;
  created_at: number;
  expires_at: number;
  last_used_at: number | null;
  first_characters: string;
  sha256: string;
}
