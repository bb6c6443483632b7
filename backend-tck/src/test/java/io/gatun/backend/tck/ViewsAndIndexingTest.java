package io.gatun.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Index;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.TensorIndexException;
import io.gatun.tensor.TensorStateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Random chains of views, and random indexing expressions, against what PyTorch 1.13 made of them: shape, strides, values,
 * shared memory, gradients, what is written through a view or to a place, and what is refused. Every tensor starts as 0, 1,
 * 2, ... in {@code F64}.
 */
class ViewsAndIndexingTest {
    private static final List<Device> DEVICES = List.of(Device.of("reference"), Device.of("simd"));

    private static Stream<JsonNode> cases(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(ViewsAndIndexingTest.class.getResourceAsStream(file))) {
            String lines = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return lines.lines().map(JsonMapper.shared()::readTree);
        }
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::asLong)
                .toArray();
    }

    private static int[] ints(JsonNode array) {
        return Arrays.stream(longs(array)).mapToInt(Math::toIntExact).toArray();
    }

    private static Tensor counting(JsonNode shape, Device device) {
        Shape sizes = Shape.of(longs(shape));
        return Tensor.arange(sizes.numel()).to(DType.F64).to(device).reshape(sizes);
    }

    /** 1, 2, 3, ... in the shape of {@code like}. */
    private static Tensor weights(Tensor like) {
        return Tensor.arange(1, like.numel() + 1)
                .to(DType.F64)
                .to(like.device())
                .reshape(like.shape());
    }

    private static void holds(Tensor actual, JsonNode expected) {
        assertThat(actual.toLongArray()).isEqualTo(longs(expected));
    }

    @TestFactory
    Stream<DynamicTest> viewsAreThoseOfPyTorch() throws IOException {
        return cases("views.jsonl")
                .map(line -> DynamicTest.dynamicTest(line.get("shape") + " " + line.get("steps"), () -> {
                    for (Device device : DEVICES) {
                        checkView(line, device);
                    }
                }));
    }

    private static void checkView(JsonNode line, Device device) {
        Tensor x = counting(line.get("shape"), device);
        if (line.has("refused")) {
            assertThatThrownBy(() -> walk(x, line.get("steps")))
                    .isInstanceOfAny(ShapeException.class, TensorIndexException.class)
                    .hasMessageMatching("(?s)\\w+: .*");
            return;
        }
        Tensor view = walk(x, line.get("steps"));
        assertThat(view.shape().toArray()).isEqualTo(longs(line.get("size")));
        holds(view, line.get("values"));
        if (line.has("strides") && !line.get("strides").isNull()) {
            assertThat(view.strides()).isEqualTo(longs(line.get("strides")));
        }
        if (line.has("shares")) {
            assertThat(view.storage().equals(x.storage()))
                    .as("shares memory")
                    .isEqualTo(line.get("shares").asBoolean());
        }
        if (line.has("grad")) {
            Tensor leaf = x.clone().requiresGrad_(true);
            Tensor moved = walk(leaf.mul(1), line.get("steps"));
            moved.mul(weights(moved)).sum().backward();
            holds(Objects.requireNonNull(leaf.grad()), line.get("grad"));
        }
        if (line.get("after").isString()) {
            assertThatThrownBy(() -> view.mul_(2))
                    .isInstanceOf(TensorStateException.class)
                    .hasMessageContaining("clone()");
        } else {
            view.mul_(2).add_(1);
            holds(x, line.get("after"));
        }
    }

    private static Tensor walk(Tensor x, JsonNode steps) {
        Tensor view = x;
        for (JsonNode step : steps) {
            view = apply(view, step);
        }
        return view;
    }

    private static Tensor apply(Tensor x, JsonNode step) {
        int a = step.size() > 1 && step.get(1).isNumber() ? step.get(1).asInt() : 0;
        int b = step.size() > 2 && step.get(2).isNumber() ? step.get(2).asInt() : 0;
        return switch (step.get(0).asString()) {
            case "slice" -> x.slice(a, b, step.get(3).asLong(), step.get(4).asLong());
            case "select" -> x.select(a, b);
            case "narrow" -> x.narrow(a, b, step.get(3).asLong());
            case "expand" -> x.expand(longs(step.get(1)));
            case "permute" -> x.permute(ints(step.get(1)));
            case "transpose" -> x.transpose(a, b);
            case "diagonal" -> x.diagonal(a, b, step.get(3).asInt());
            case "unfold" -> x.unfold(a, b, step.get(3).asLong());
            case "as_strided" ->
                x.asStrided(
                        Shape.of(longs(step.get(1))),
                        longs(step.get(2)),
                        step.get(3).asLong());
            case "view" -> x.view(longs(step.get(1)));
            case "reshape" -> x.reshape(longs(step.get(1)));
            case "unsqueeze" -> x.unsqueeze(a);
            case "squeeze" -> x.squeeze(a);
            case "movedim" -> x.movedim(a, b);
            case "flatten" -> x.flatten(a, b);
            default -> throw new IllegalArgumentException(step.toString());
        };
    }

    @TestFactory
    Stream<DynamicTest> indexingIsThatOfPyTorch() throws IOException {
        return cases("indexing.jsonl")
                .map(line -> DynamicTest.dynamicTest(line.get("shape") + " " + line.get("entries"), () -> {
                    for (Device device : DEVICES) {
                        checkIndexing(line, device);
                    }
                }));
    }

    private static void checkIndexing(JsonNode line, Device device) {
        Tensor x = counting(line.get("shape"), device);
        Index[] entries = entries(line.get("entries"));
        if (line.has("refused")) {
            assertThatThrownBy(() -> x.get(entries))
                    .isInstanceOfAny(ShapeException.class, TensorIndexException.class)
                    .hasMessageMatching("(?s)\\w+: .*");
            assertThatThrownBy(() -> x.put(1.0, entries))
                    .isInstanceOfAny(ShapeException.class, TensorIndexException.class);
            assertThat(x.toDoubleArray())
                    .as("unchanged")
                    .isEqualTo(counting(line.get("shape"), device).toDoubleArray());
            return;
        }
        Tensor picked = x.get(entries);
        assertThat(picked.shape().toArray()).isEqualTo(longs(line.get("size")));
        holds(picked, line.get("values"));
        Tensor leaf = x.clone().requiresGrad_(true);
        leaf.get(entries).mul(weights(picked)).sum().backward();
        holds(Objects.requireNonNull(leaf.grad()), line.get("grad"));
        Tensor base = Tensor.zeros(x.shape().concat(Shape.of(2)), DType.F64, device);
        Tensor strided = base.select(-1, 1); // written through a view that is not contiguous, too
        for (Tensor target : List.of(x.clone(), strided.copy_(x))) {
            Tensor start = target.clone();
            if (line.has("put")) {
                holds(target.put(weights(picked).add(100), entries), line.get("put"));
                target.copy_(start);
            }
            holds(target.put(-1.0, entries), line.get("fill"));
            target.copy_(start);
            holds(target.accumulate(weights(picked), entries), line.get("add"));
        }
        assertThat(base.select(-1, 0).eq(0).all().itemBoolean())
                .as("gaps untouched")
                .isTrue();
    }

    private static Index[] entries(JsonNode given) {
        List<Index> entries = new ArrayList<>();
        for (JsonNode entry : given) {
            entries.add(
                    switch (entry.get(0).asString()) {
                        case "at" -> Index.at(entry.get(1).asLong());
                        case "range" ->
                            Index.range(
                                    entry.get(1).asLong(),
                                    entry.get(2).asLong(),
                                    entry.get(3).asLong());
                        case "all" -> Index.all();
                        case "newaxis" -> Index.newAxis();
                        case "ellipsis" -> Index.ellipsis();
                        case "idx" -> Index.indices(picks(entry));
                        default -> Index.mask(picks(entry).toBool());
                    });
        }
        return entries.toArray(Index[]::new);
    }

    private static Tensor picks(JsonNode entry) {
        return Tensor.of(longs(entry.get(2))).reshape(Shape.of(longs(entry.get(1))));
    }

    @Test
    void anIndexOutOfRangeIsNamedWithPositionAndBound() {
        Tensor x = Tensor.zeros(3, 4);
        assertThatThrownBy(() -> x.get(Index.all(), Index.indices(0, 1, 4)))
                .isInstanceOf(TensorIndexException.class)
                .hasMessageContaining("index 4 at position 2")
                .hasMessageContaining("dimension 1 of shape (3, 4)")
                .hasMessageContaining("-4 to 3");
        assertThatThrownBy(() -> x.t().view(12))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("reshape");
    }

    @Test
    void dimensionsOfSizeOneInFrontOfWhatIsPutAreDropped() {
        for (Device device : DEVICES) {
            Tensor x = Tensor.zeros(Shape.of(2, 3), DType.F32, device);
            x.put(Tensor.ones(Shape.of(1, 1, 3), DType.F32, device), Index.at(0));
            x.put(Tensor.full(Shape.of(1, 1, 2), 2).to(device), Index.at(1), Index.indices(0, 2));
            assertThat(x.toFloatArray()).containsExactly(1, 1, 1, 2, 0, 2);
            assertThatThrownBy(() -> x.put(Tensor.ones(Shape.of(2, 3), DType.F32, device), Index.at(0)))
                    .isInstanceOf(ShapeException.class);
        }
    }
}
