PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
    "Timestamp" TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);
INSERT INTO __EFMigrationsHistory VALUES('20261122050033_Initial','10.0.14');
INSERT INTO __EFMigrationsHistory VALUES('20261122072247_PermissionsPerDialect','10.0.14');
INSERT INTO __EFMigrationsHistory VALUES('20261122081536_NumberedSessions','10.0.14');
INSERT INTO __EFMigrationsHistory VALUES('20261122083329_ApplicationUsers','10.0.14');
CREATE TABLE IF NOT EXISTS "accounts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_accounts" PRIMARY KEY AUTOINCREMENT,
    "display_name" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "is_admin" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "user_name" TEXT NOT NULL,
    "normalized_user_name" TEXT NOT NULL,
    "email" TEXT NULL,
    "normalized_email" TEXT NULL,
    "email_confirmed" INTEGER NOT NULL,
    "password_hash" TEXT NULL,
    "security_stamp" TEXT NULL,
    "concurrency_stamp" TEXT NULL,
    "phone_number" TEXT NULL,
    "phone_number_confirmed" INTEGER NOT NULL,
    "two_factor_enabled" INTEGER NOT NULL,
    "lockout_end" INTEGER NULL,
    "lockout_enabled" INTEGER NOT NULL,
    "access_failed_count" INTEGER NOT NULL
, "last_session_number" INTEGER NOT NULL DEFAULT 0);
INSERT INTO accounts VALUES(1,'Alice A.',0,0,1795954957537,'Alice','ALICE','alice@example.test','ALICE@EXAMPLE.TEST',0,'AQAAAAIAAzRQAAAAEOstmV6T2roA0QNqveYRMbF9Ih1pC4FdR4X5V5UwB1PE6gsZrwRlW4UWhkaeAgir7A==','TBEI7TQF6N6OQHDKW3ARWUAGW2IFZ4P6','7d17af0b-c048-4a78-9faa-4cad6838e88f',NULL,0,0,NULL,1,0,1);
CREATE TABLE IF NOT EXISTS "applications" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_applications" PRIMARY KEY AUTOINCREMENT,
    "api_key" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "callback" TEXT NULL,
    "protected_secret" TEXT NOT NULL,
    "previous_protected_secret" TEXT NULL,
    "previous_secret_until" INTEGER NULL,
    "enabled" INTEGER NOT NULL,
    "nonproduction" INTEGER NOT NULL,
    "networks" TEXT NOT NULL,
    "namespaces" TEXT NOT NULL,
    "quota_calls" INTEGER NULL,
    "quota_window" INTEGER NULL,
    "created_at" INTEGER NOT NULL
);
INSERT INTO applications VALUES(1,'4b7e20ed6c92b25dbf1e3f8c8226cf02','Gallery',0,'http://gallery.example.test/apps/gallery','CfDJ8ASn196O3URImzslBsthmeP363Ffljm9Wj6cOCgVmK7X3ZbBSS0pC8Z5rYN2nS8pwSqutijrHrpLlPoUjDPC894Fq2zuPGeI3O1i9ayhIwvEYF-TJ7cG79mR0gLxnfDV4eMuQJNdy8oN5qSNf-54wvlRFBLWSQvh5UNfuzvZaMog',NULL,NULL,1,0,'','',NULL,NULL,1795954958945);
INSERT INTO applications VALUES(2,'ad684434919ad21048c25fe5360287bc','Wiki',2,NULL,'CfDJ8ASn196O3URImzslBsthmeOhyfJMUvM1wFOPvBmTZk5HgIJgMLQyFbQsdPahifHC4p4ULzc25dv8pMamjHfSfkYosXvym9a7_Q9JWm9BPN2cjNPOM7x7-7mGW1IuPJsmP0FlZXkYqw5bQmPdt-yv4D5IdwoiVWWQq-ikN_0kMUUk',NULL,NULL,1,0,'','wiki',NULL,NULL,1795954959905);
CREATE TABLE IF NOT EXISTS "key_ring" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_key_ring" PRIMARY KEY AUTOINCREMENT,
    "friendly_name" TEXT NOT NULL,
    "xml" TEXT NOT NULL
);
INSERT INTO key_ring VALUES(1,'key-ded7a704-dd8e-4844-9b3b-2506cb6199e3','<key id="ded7a704-dd8e-4844-9b3b-2506cb6199e3" version="1"><creationDate>2026-11-29T12:22:37.3983824Z</creationDate><activationDate>2026-11-29T12:22:37.3983824Z</activationDate><expirationDate>2027-02-27T12:22:37.3983824Z</expirationDate><descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel.AuthenticatedEncryptorDescriptorDeserializer, Microsoft.AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"><descriptor><encryption algorithm="AES_256_CBC" /><validation algorithm="HMACSHA256" /><encryptedSecret decryptorType="TokenAuth.Kernel.Storage.WrappingDecryptor, TokenAuth.Web, Version=0.1.0.0, Culture=neutral, PublicKeyToken=null" xmlns="http://schemas.asp.net/2015/03/dataProtection"><wrapped xmlns="">pmUdswiIyLtNA+eXCrxBAHaASfK9VsjQIN1zq6+lfQXus/WvKoYJ0WCyq2XvtIDH9kdlnWijMb0jFIp9LPo+/JIBoao9kU7uvUeN6R7RIyFHIDm6GOyB/h/Z725elEA4kqS8Zddr45rEfyJMWZH9ujEOqtCuwz9aU3ohDmQxzsvn/q/PQ/63nbUFL5Bg62Dn10w5/eTnSrVszTMYoEG5WvDNUL1ydCyQf+uNM7UV95ArTCUSf+01WOYRtdKyOM9uQCZqYBuwgbkrbOsWMKHjBM28ezl+AM4Tu45NdIif854uMHZ97yyz7qe4Xz6OYElU1BhmzPfIIyhK1g49743RMgT8rTeFpcGkvRFRtZiNt3XkNMEzHLRaub78jMNIdy/MppByweW78JjjTb1F7WGEIBU=</wrapped></encryptedSecret></descriptor></descriptor></key>');
CREATE TABLE IF NOT EXISTS "replays" (
    "subject_hash" BLOB NOT NULL CONSTRAINT "pk_replays" PRIMARY KEY,
    "expires_at" INTEGER NOT NULL
, "highest" INTEGER NULL);
INSERT INTO replays VALUES(X'0b5970e2bdc73132123f12547706381df9a5ba4d03eb5e332837de95c24b34da',1795954982530,NULL);
CREATE TABLE IF NOT EXISTS "throttles" (
    "subject_hash" BLOB NOT NULL CONSTRAINT "pk_throttles" PRIMARY KEY,
    "failures" INTEGER NOT NULL,
    "window_started_at" INTEGER NOT NULL,
    "blocked_until" INTEGER NOT NULL,
    "expires_at" INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS "account_keys" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_account_keys" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "key_hash" BLOB NOT NULL,
    "protected_md5" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "last_used_at" INTEGER NULL,
    CONSTRAINT "fk_account_keys_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);
INSERT INTO account_keys VALUES(1,1,'backup',X'ea6688ded99457ce9cb4b332d566f36bc6c56d15762318e912e084472baae7f2','CfDJ8ASn196O3URImzslBsthmeM3J4Ij_AkPzkfJ0902lwcf6_8UyvJEz_BBEJ1MNgKP159h_xlleYAYlZHmoX1pEKo5zNipA7h7rkIS7MIO0xAPgOjM2Yn79MxOSRLFU9FHCjILFikprI3zjUmGm2hm4HHxQUnZ6J0lyOPUqdk-grm3',1795954981507,NULL);
CREATE TABLE IF NOT EXISTS "asp_net_user_claims" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_asp_net_user_claims" PRIMARY KEY AUTOINCREMENT,
    "user_id" INTEGER NOT NULL,
    "claim_type" TEXT NULL,
    "claim_value" TEXT NULL,
    CONSTRAINT "fk_asp_net_user_claims_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "asp_net_user_logins" (
    "login_provider" TEXT NOT NULL,
    "provider_key" TEXT NOT NULL,
    "provider_display_name" TEXT NULL,
    "user_id" INTEGER NOT NULL,
    CONSTRAINT "pk_asp_net_user_logins" PRIMARY KEY ("login_provider", "provider_key"),
    CONSTRAINT "fk_asp_net_user_logins_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "asp_net_user_tokens" (
    "user_id" INTEGER NOT NULL,
    "login_provider" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "value" TEXT NULL,
    CONSTRAINT "pk_asp_net_user_tokens" PRIMARY KEY ("user_id", "login_provider", "name"),
    CONSTRAINT "fk_asp_net_user_tokens_accounts_user_id" FOREIGN KEY ("user_id") REFERENCES "accounts" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "handshakes" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_handshakes" PRIMARY KEY AUTOINCREMENT,
    "token_hash" BLOB NOT NULL,
    "dialect" TEXT NOT NULL,
    "application_id" INTEGER NOT NULL,
    "account_id" INTEGER NULL,
    "permissions" TEXT NOT NULL,
    "session_lifetime" INTEGER NULL,
    "session_slides" INTEGER NOT NULL,
    "opened_at" INTEGER NOT NULL,
    "opened_from" TEXT NOT NULL,
    "expires_at" INTEGER NOT NULL, "callback" TEXT NULL, "protected_secret" TEXT NULL,
    CONSTRAINT "fk_handshakes_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"),
    CONSTRAINT "fk_handshakes_applications_application_id" FOREIGN KEY ("application_id") REFERENCES "applications" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "quotas" (
    "application_id" INTEGER NOT NULL CONSTRAINT "pk_quotas" PRIMARY KEY,
    "window_started_at" INTEGER NOT NULL,
    "leased" INTEGER NOT NULL,
    CONSTRAINT "fk_quotas_applications_application_id" FOREIGN KEY ("application_id") REFERENCES "applications" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "consents" (
    "account_id" INTEGER NOT NULL,
    "application_id" INTEGER NOT NULL,
    "dialect" TEXT NOT NULL,
    "granted_at" INTEGER NOT NULL,
    "permissions" TEXT NOT NULL,
    CONSTRAINT "pk_consents" PRIMARY KEY ("account_id", "application_id", "dialect"),
    CONSTRAINT "fk_consents_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id") ON DELETE CASCADE,
    CONSTRAINT "fk_consents_applications_application_id" FOREIGN KEY ("application_id") REFERENCES "applications" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "application_users" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_application_users" PRIMARY KEY AUTOINCREMENT,
    "application_id" INTEGER NOT NULL,
    "user_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_opt_in" INTEGER NOT NULL,
    "display_name" TEXT NULL,
    "profile_url" TEXT NULL,
    "avatar_url" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    CONSTRAINT "fk_application_users_applications_application_id" FOREIGN KEY ("application_id") REFERENCES "applications" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "application_user_roles" (
    "application_user_id" INTEGER NOT NULL,
    "namespace" TEXT NOT NULL,
    "role" INTEGER NOT NULL,
    CONSTRAINT "pk_application_user_roles" PRIMARY KEY ("application_user_id", "namespace"),
    CONSTRAINT "fk_application_user_roles_application_users_application_user_id" FOREIGN KEY ("application_user_id") REFERENCES "application_users" ("id") ON DELETE CASCADE
);
CREATE TABLE IF NOT EXISTS "sessions" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_sessions" PRIMARY KEY AUTOINCREMENT,
    "account_id" INTEGER NULL,
    "application_id" INTEGER NULL,
    "application_user_id" INTEGER NULL,
    "bound_to" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "dialect" TEXT NOT NULL,
    "expires_at" INTEGER NULL,
    "last_used_at" INTEGER NOT NULL,
    "namespace" TEXT NULL,
    "number" INTEGER NULL,
    "opened_from" TEXT NOT NULL,
    "permissions" TEXT NOT NULL,
    "protected_secret" TEXT NULL,
    "slides_by" INTEGER NULL,
    "token_hash" BLOB NOT NULL,
    CONSTRAINT "fk_sessions_accounts_account_id" FOREIGN KEY ("account_id") REFERENCES "accounts" ("id"),
    CONSTRAINT "fk_sessions_application_users_application_user_id" FOREIGN KEY ("application_user_id") REFERENCES "application_users" ("id"),
    CONSTRAINT "fk_sessions_applications_application_id" FOREIGN KEY ("application_id") REFERENCES "applications" ("id")
);
INSERT INTO sessions VALUES(1,1,NULL,NULL,NULL,1795954982808,'dreamwidth',1798546982808,1795954982808,NULL,1,'127.0.0.1','',NULL,NULL,X'88007878a56c18e5fddc15fcd7939d5e8cadfa935b790cb6346fde3ef6b349dd');
DELETE FROM sqlite_sequence;
INSERT INTO sqlite_sequence VALUES('sessions',1);
INSERT INTO sqlite_sequence VALUES('key_ring',1);
INSERT INTO sqlite_sequence VALUES('accounts',1);
INSERT INTO sqlite_sequence VALUES('applications',2);
INSERT INTO sqlite_sequence VALUES('account_keys',1);
CREATE INDEX "ix_account_keys_account_id" ON "account_keys" ("account_id");
CREATE UNIQUE INDEX "ix_account_keys_key_hash" ON "account_keys" ("key_hash");
CREATE INDEX "email_index" ON "accounts" ("normalized_email");
CREATE UNIQUE INDEX "user_name_index" ON "accounts" ("normalized_user_name");
CREATE UNIQUE INDEX "ix_applications_api_key" ON "applications" ("api_key");
CREATE INDEX "ix_asp_net_user_claims_user_id" ON "asp_net_user_claims" ("user_id");
CREATE INDEX "ix_asp_net_user_logins_user_id" ON "asp_net_user_logins" ("user_id");
CREATE INDEX "ix_handshakes_account_id" ON "handshakes" ("account_id");
CREATE INDEX "ix_handshakes_application_id" ON "handshakes" ("application_id");
CREATE INDEX "ix_handshakes_expires_at" ON "handshakes" ("expires_at");
CREATE UNIQUE INDEX "ix_handshakes_token_hash" ON "handshakes" ("token_hash");
CREATE INDEX "ix_replays_expires_at" ON "replays" ("expires_at");
CREATE INDEX "ix_throttles_expires_at" ON "throttles" ("expires_at");
CREATE INDEX "ix_consents_application_id" ON "consents" ("application_id");
CREATE UNIQUE INDEX "ix_application_users_application_id_user_id" ON "application_users" ("application_id", "user_id");
CREATE INDEX "ix_sessions_account_id_application_id" ON "sessions" ("account_id", "application_id");
CREATE INDEX "ix_sessions_application_id" ON "sessions" ("application_id");
CREATE INDEX "ix_sessions_application_user_id" ON "sessions" ("application_user_id");
CREATE INDEX "ix_sessions_expires_at" ON "sessions" ("expires_at");
CREATE UNIQUE INDEX "ix_sessions_token_hash" ON "sessions" ("token_hash");
COMMIT;
