@phone @display
Feature: What must not activate a code display
  The guide shows the happy path only; these refusals follow from its words and from the help pages.

  Background:
    Given a code display that holds its test key and the right time

  Scenario: A serial number of no device is refused
    Given the guide followed as far as the serial number
    When I enter a serial number of no device
    Then the screen "Enter the serial number" reads "The serial number is not correct." [S5.C.7]

  Scenario: The serial number of somebody else's device is refused
    Given the guide followed as far as the serial number
    When I enter the serial number of somebody else's code display
    Then the screen "Enter the serial number" reads "The serial number is not correct." [H.3]

  @uses-device
  Scenario: A wrong code does not activate
    Given the guide followed as far as the code
    When I enter a wrong code
    Then the screen "Enter the 6-digit one-time code" reads "The code is not correct, or it has been used." [S5.C.8d]

  @uses-device @uses-lock
  Scenario: Wrong codes that are to activate block, too
    Given the guide followed as far as the code
    When I enter wrong codes 3 times
    Then the screen "Enter the 6-digit one-time code" reads "Too many wrong codes. You are blocked for a while." [H.3]

  @two-displays @uses-device
  Scenario: The code of another device does not activate
    Given another code display that holds its test key and the right time
    And the guide followed as far as the code
    When I press the button on the other code display
    And I enter the code displayed
    Then the screen "Enter the 6-digit one-time code" reads "The code is not correct, or it has been used." [S5.C.8d]

  @two-displays @uses-device
  Scenario: Nobody has two active code displays
    Given another code display that holds its test key and the right time
    And my code display is activated
    When I try to activate the other code display, too
    Then at most one of the two devices lets me in [H.6]

  @reader @uses-device
  Scenario: Nobody has a code display and an audio code reader
    Given an audio code reader that holds its test key and the right time
    And my code display is activated
    When I try to activate my audio code reader, too
    Then at most one of the two devices lets me in [H.6]

  @reader @uses-device
  Scenario: Nobody has an audio code reader and a code display
    Given an audio code reader that holds its test key and the right time
    And my audio code reader is activated
    When I try to activate my code display, too
    Then at most one of the two devices lets me in [H.6]
