import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.opencypher.v9_0.parser.CypherParser;
import org.opencypher.v9_0.util.InputPosition;
import org.opencypher.v9_0.util.OpenCypherExceptionFactory;
import scala.Option;

/** Reads one Cypher text a line and answers each with a line: `ok`, or what is wrong with it. */
public class Parser {
    public static void main(String[] arguments) throws Exception {
        var parser = new CypherParser();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var text = input.readLine(); text != null; text = input.readLine()) {
            System.out.println(answer(parser, text));
        }
    }

    private static String answer(CypherParser parser, String text) {
        Option<InputPosition> nowhere = Option.empty();
        try {
            parser.parse(text, new OpenCypherExceptionFactory(nowhere), nowhere);
            return "ok";
        } catch (Exception problem) {
            return String.valueOf(problem.getMessage()).replace('\n', ' ');
        }
    }
}
