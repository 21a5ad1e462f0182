-- The three database roles of CIMS and its database, made once by a superuser with psql.
-- Passwords come from the environment, so that none stands in a file or in the list of processes.
\set ON_ERROR_STOP on
\getenv owner_password CIMS_OWNER_PASSWORD
\getenv app_password CIMS_APP_PASSWORD
\getenv auditor_password CIMS_AUDITOR_PASSWORD

-- cims_owner changes the schema, cims_app serves, cims_auditor reads the audit.
create role cims_owner login password :'owner_password';
create role cims_app login password :'app_password';
create role cims_auditor login password :'auditor_password';

create database cims owner cims_owner encoding 'UTF8' template template0;
revoke all on database cims from public;
grant connect on database cims to cims_app, cims_auditor;

\connect cims
revoke all on schema public from public;
grant usage on schema public to cims_app, cims_auditor;
