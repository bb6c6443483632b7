package io.gatun.nn;

import io.gatun.tensor.Operators;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValueException;
import io.gatun.tensor.op.ConvolutionGeometry;
import io.gatun.tensor.op.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Convolutions and transposed convolutions of 1 to 3 spatial dimensions, with or without a batch dimension. */
final class Convolutions {
    private Convolutions() {}

    static Tensor convolution(
            int rank,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] dilation,
            int groups) {
        String name = "conv" + rank + "d";
        ConvolutionGeometry geometry = geometry(name, rank, stride, padding, dilation, groups);
        boolean single = input.dim() == rank + 1;
        Tensor batch = single ? input.unsqueeze(0) : input;
        Tensor output = Operators.run(new Op.Convolution(geometry), batch, weight);
        return withBias(name, single ? output.squeeze(0) : output, bias, weight.size(0), rank);
    }

    static Tensor transposed(
            int rank,
            Tensor input,
            Tensor weight,
            @Nullable Tensor bias,
            int[] stride,
            int[] padding,
            int[] outputPadding,
            int groups,
            int[] dilation) {
        String name = "convTranspose" + rank + "d";
        ConvolutionGeometry geometry = geometry(name, rank, stride, padding, dilation, groups);
        List<Integer> extra = spread(name, "outputPadding", outputPadding, rank, 0);
        boolean single = input.dim() == rank + 1;
        Tensor batch = single ? input.unsqueeze(0) : input;
        if (batch.dim() != rank + 2 || weight.dim() != rank + 2 || batch.size(1) != weight.size(0)) {
            throw new ShapeException(name + ": input " + input.shape() + " and weight " + weight.shape()
                    + " do not fit: expected (N, C, ...) and (C, O / groups, ...)");
        }
        long[] spatial = new long[rank];
        long[] around =
                new long[rank + 2]; // zeros behind the input reach where the convolution of this output does not look
        for (int i = 0; i < rank; i++) {
            int step = geometry.stride().get(i);
            int spacing = geometry.dilation().get(i);
            if (extra.get(i) >= Math.max(step, spacing)) {
                throw new ValueException(name + ": outputPadding " + extra + " must be smaller than stride "
                        + geometry.stride() + " or dilation " + geometry.dilation());
            }
            around[2 + i] = extra.get(i) / step;
            spatial[i] = (batch.size(2 + i) - 1) * step
                    - 2L * geometry.padding().get(i)
                    + spacing * (weight.size(2 + i) - 1)
                    + extra.get(i)
                    + 1;
            if (spatial[i] < 1) {
                throw new ShapeException(name + ": input " + input.shape() + " and weight " + weight.shape()
                        + " with padding " + geometry.padding() + " give an output of size " + spatial[i]);
            }
        }
        Tensor reached =
                Arrays.stream(around).allMatch(zeros -> zeros == 0) ? batch : batch.pad(new long[rank + 2], around, 0);
        Tensor output = Operators.run(new Op.ConvolutionInput(geometry, Shape.of(spatial)), reached, weight);
        return withBias(name, single ? output.squeeze(0) : output, bias, weight.size(1) * groups, rank);
    }

    private static Tensor withBias(String name, Tensor output, @Nullable Tensor bias, long channels, int rank) {
        if (bias == null) {
            return output;
        }
        if (!bias.shape().equals(Shape.of(channels))) {
            throw new ShapeException(
                    name + ": bias " + bias.shape() + " does not fit " + channels + " output channels");
        }
        long[] sizes = new long[rank + 1];
        Arrays.fill(sizes, 1);
        sizes[0] = channels;
        return output.add(bias.view(sizes));
    }

    private static ConvolutionGeometry geometry(
            String name, int rank, int[] stride, int[] padding, int[] dilation, int groups) {
        if (groups < 1) {
            throw new ValueException(name + ": groups is " + groups + "; it must be positive");
        }
        return new ConvolutionGeometry(
                spread(name, "stride", stride, rank, 1),
                spread(name, "padding", padding, rank, 0),
                spread(name, "dilation", dilation, rank, 1),
                groups);
    }

    /** An entry a spatial dimension; a single one stands for all. */
    static List<Integer> spread(String name, String argument, int[] values, int rank, int least) {
        if (values.length != 1 && values.length != rank) {
            throw new ValueException(
                    name + ": " + argument + " has " + values.length + " entries; expected 1 or " + rank);
        }
        List<Integer> all = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            int value = values[values.length == 1 ? 0 : i];
            if (value < least) {
                throw new ValueException(name + ": " + argument + " is " + value + "; it must be at least " + least);
            }
            all.add(value);
        }
        return all;
    }
}
