import java.net.ServerSocket;
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
 * A Neo4j in a folder, spoken to over Bolt with a password. Arguments: the folder, the password, and the port where it was
 * started there before. Prints its address once it answers, and stops when its standard input ends, so that it never
 * outlives whoever started it.
 */
public class Launcher {
    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        var isNew = arguments.length < 3;
        var port = isNew ? freePort() : Integer.parseInt(arguments[2]);
        var server = new DatabaseManagementServiceBuilder(folder)
                .setConfig(BoltConnector.enabled, true)
                .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", port))
                .setConfig(BoltConnector.advertised_address, new SocketAddress("127.0.0.1", port))
                .setConfig(GraphDatabaseSettings.auth_enabled, true)
                .setConfig(GraphDatabaseSettings.pagecache_memory, ByteUnit.mebiBytes(64))
                .setConfig(GraphDatabaseSettings.preallocate_logical_logs, false)
                .setConfig(GraphDatabaseSettings.transaction_monitor_check_interval, Duration.ofMillis(100))
                .build();
        if (isNew) setPassword(server, arguments[1]);
        System.out.println("bolt://127.0.0.1:" + port);
        while (System.in.read() >= 0) {
            // Nothing is said to the server this way.
        }
        server.shutdown();
        System.exit(0);
    }

    /** It stays in the folder, and setting the same one again is refused. */
    private static void setPassword(DatabaseManagementService server, String password) {
        try (var transaction = server.database("system").beginTx()) {
            transaction.execute(
                    "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED",
                    Map.of("password", password));
            transaction.commit();
        }
    }

    private static int freePort() throws Exception {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
