package io.gatun.backend.simd;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A static method whose body {@link Stamp} writes into each template that calls it, in place of the call. The method is one of
 * the template, of {@link Element} or {@link Lanes}, has no switch and catches nothing.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface Expanded {}
