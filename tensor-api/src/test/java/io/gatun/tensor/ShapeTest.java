package io.gatun.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void aScalarHasOneElementAndAnEmptyShapeNone() {
        assertThat(Shape.scalar().numel()).isEqualTo(1);
        assertThat(Shape.of(3, 0, 2).numel()).isZero();
        assertThat(Shape.of(2, 3))
                .hasToString("(2, 3)")
                .isEqualTo(Shape.of(2, 3))
                .isNotEqualTo(Shape.of(3, 2));
    }

    @Test
    void tooManyElementsAreRefusedUnlessThereAreNone() {
        assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 32)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Shape.of(Long.MAX_VALUE, 2)).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Shape.of(2, -1))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(2, -1)");
        assertThat(Shape.of(1L << 32, 0, 1L << 32).numel()).isZero();
    }

    @Test
    void shapesBroadcastAsInNumPy() {
        assertThat(Shape.broadcast("add", Shape.of(4, 1, 3), Shape.of(2, 1))).isEqualTo(Shape.of(4, 2, 3));
        assertThat(Shape.broadcast("add", Shape.scalar(), Shape.of(0, 3))).isEqualTo(Shape.of(0, 3));
        assertThat(Shape.broadcast("add", Shape.of(0, 3), Shape.of(1, 3))).isEqualTo(Shape.of(0, 3));
        assertThatThrownBy(() -> Shape.broadcast("add", Shape.of(3, 4), Shape.of(5)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: shapes (3, 4) and (5) cannot be broadcast together: sizes 4 and 5 at dimension -1"
                        + " differ and neither is 1");
        assertThatThrownBy(() -> Shape.broadcast("add", Shape.of(0), Shape.of(2)))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void dimensionsCountFromTheEndToo() {
        Shape shape = Shape.of(2, 3, 4);
        assertThat(shape.size(-1)).isEqualTo(4);
        assertThat(shape.normalise("sum", -3)).isZero();
        assertThat(Shape.scalar().normalise("sum", -1)).isZero();
        assertThatThrownBy(() -> shape.normalise("sum", 3))
                .isInstanceOf(TensorIndexException.class)
                .hasMessage("sum: dimension 3 is out of range for shape (2, 3, 4): expected -3 to 2");
    }

    @Test
    void sizesAreInsertedReplacedAndDropped() {
        Shape shape = Shape.of(2, 3);
        assertThat(shape.insert(1, 7)).isEqualTo(Shape.of(2, 7, 3));
        assertThat(shape.insert(2, 7)).isEqualTo(Shape.of(2, 3, 7));
        assertThat(shape.with(-1, 9)).isEqualTo(Shape.of(2, 9));
        assertThat(shape.without(0)).isEqualTo(Shape.of(3));
        assertThat(shape.concat(Shape.of(5))).isEqualTo(Shape.of(2, 3, 5));
    }
}
