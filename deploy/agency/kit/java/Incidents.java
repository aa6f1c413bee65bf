import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints what is shared with an agency, one line a message, and goes on where it was.
 *
 * java -cp "kafka-clients.jar:…" Incidents.java agency-java.properties share.damkar-palu.incidents.v1 [count]
 *
 * agency-java.properties is what `kentongan agency add` prints, with kentongan-ca.pem beside it. After count messages it ends; without one it stays.
 */
public class Incidents {
    public static void main(String[] arguments) throws Exception {
        Properties settings = new Properties();
        try (FileInputStream file = new FileInputStream(arguments[0])) {
            settings.load(file);
        }
        settings.putIfAbsent("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        long left = arguments.length > 2 ? Long.parseLong(arguments[2]) : Long.MAX_VALUE;
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(arguments[1]));
            while (left > 0) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
                    System.out.println(header(record, "ce_type") + "\t" + record.key() + "\t" + record.value());
                    left--;
                }
                try {
                    consumer.commitSync();
                } catch (RetriableException away) {
                    System.err.println("not committed, so some of it may come again: " + away.getMessage());
                }
            }
        }
    }

    private static String header(ConsumerRecord<String, String> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
