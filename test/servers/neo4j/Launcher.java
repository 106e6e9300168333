import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.io.ByteUnit;

/**
 * A Neo4j in a folder, spoken to over Bolt with a password.
 *
 * <p>`FOLDER PASSWORD` makes the folder, with the password in it, and ends. `FOLDER --serve PORT` serves what is there:
 * prints its address once it answers, and dies when its standard input ends, so that it never outlives whoever started it.
 */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        if (arguments[1].equals("--serve")) serve(folder, Integer.parseInt(arguments[2]));
        else make(folder, arguments[1]);
    }

    private static void make(Path folder, String password) {
        var server = settings(folder).build();
        setPassword(server, password);
        server.shutdown();
    }

    private static void serve(Path folder, int port) throws Exception {
        settings(folder)
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", port))
                .setConfig(BoltConnector.advertised_address, new SocketAddress("127.0.0.1", port))
                .build();
        System.out.println("bolt://127.0.0.1:" + port);
        while (System.in.read() >= 0) {
            // Nothing is said to the server this way.
        }
        // Its folder goes with it, and an orderly end would wait ten seconds for connections that come no more.
        Runtime.getRuntime().halt(0);
    }

    private static DatabaseManagementServiceBuilder settings(Path folder) {
        return new DatabaseManagementServiceBuilder(folder)
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(64))
                .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                .setConfig(GraphDatabaseSettings.transaction_monitor_check_interval, Duration.ofMillis(100));
    }

    private static void setPassword(DatabaseManagementService server, String password) {
        try (var transaction = server.database("system").beginTx()) {
            transaction.execute(
                    "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED",
                    Map.of("password", password));
            transaction.commit();
        }
    }
}
