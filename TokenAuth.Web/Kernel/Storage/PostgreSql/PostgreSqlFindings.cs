namespace TokenAuth.Kernel.Storage.PostgreSql;

/// <summary>Finds defects of a PostgreSQL server, and of a schema whose migrations are complete.</summary>
internal static class PostgreSqlFindings
{
    /// <summary>Returns one row for each defect, a sentence for the operator.</summary>
    public const string Sql =
        """
        SELECT 'the server is a standby' WHERE pg_is_in_recovery()
        UNION ALL SELECT name || ' is off: what was answered may be lost in a crash' FROM pg_settings
          WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
        UNION ALL SELECT 'synchronous_commit is local: what was answered may be missing on the standby' FROM pg_settings
          WHERE name = 'synchronous_commit' AND setting = 'local' AND current_setting('synchronous_standby_names') <> ''
        UNION ALL SELECT 'the encoding is ' || setting || ' and not UTF8' FROM pg_settings
          WHERE name = 'server_encoding' AND setting <> 'UTF8'
        UNION ALL SELECT 'the index ' || indexrelid::regclass || ' is not valid' FROM pg_index
          WHERE NOT indisvalid
            AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
        UNION ALL SELECT 'the rule ' || conname || ' is not validated' FROM pg_constraint
          WHERE NOT convalidated AND connamespace = current_schema()::regnamespace
        UNION ALL SELECT 'the trigger ' || t.name || ' is not there, or off: what one node ends, others go on accepting'
          FROM (VALUES ('tell_ended_session'), ('tell_changed_session'), ('tell_shortened_session'),
            ('tell_emptied_sessions'), ('tell_changed_account'), ('tell_changed_application')) AS t(name)
          WHERE NOT EXISTS (SELECT 1 FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE tgname = t.name AND tgenabled = 'A' AND relnamespace = current_schema()::regnamespace)
        """;
}
